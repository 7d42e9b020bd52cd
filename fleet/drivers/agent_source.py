"""The device's program as one text to send: joined, without docstrings and type annotations.

Guarantees: pure and deterministic; the statements are those of `fleet/drivers/device/*.py`, in order; what only a type checker
reads is left out, since a device pays for each import at each session.
"""

from __future__ import annotations

import ast
import marshal
import threading
import zlib
from functools import cache
from importlib import resources
from importlib.util import MAGIC_NUMBER

MODULES = ("wire", "reading", "erasing", "writing", "main")
_lock = threading.Lock()
LAZY = ("subprocess",)  # slow to import: only when a request needs it


class _Strip(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        more = [a for a in (node.args.vararg, node.args.kwarg) if a is not None]
        for argument in (*node.args.args, *node.args.kwonlyargs, *more):
            argument.annotation = None
        self._body(node)
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self._body(node)
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if node.value is None:
            return None
        return ast.copy_location(ast.Assign(targets=[node.target], value=node.value), node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        return None

    def visit_Import(self, node: ast.Import) -> ast.AST | None:
        node.names = [n for n in node.names if n.name not in LAZY]
        return node if node.names else None

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id in LAZY:
            call = ast.Call(func=ast.Name(id="__import__", ctx=ast.Load()), args=[ast.Constant(node.value.id)], keywords=[])
            return ast.copy_location(ast.Attribute(value=call, attr=node.attr, ctx=node.ctx), node)
        return self.generic_visit(node)

    @staticmethod
    def _body(node: ast.FunctionDef | ast.ClassDef | ast.Module) -> None:
        first = node.body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            node.body = node.body[1:] or [ast.Pass()]


# What the device's interpreter is told to run: it reads the program from its input, compiled when it is the same Python as here.
LOADER = """import sys,marshal,zlib,_frozen_importlib_external as e
r=sys.stdin.buffer.read
h=r(16);c=r(int(h[4:10]));s=r(int(h[10:]))
exec(marshal.loads(zlib.decompress(c)) if h[:4]==e.MAGIC_NUMBER else zlib.decompress(s).decode())
"""


def agent_source() -> bytes:
    """Return the program's text; joined once, whichever of twenty threads comes first."""
    with _lock:
        return _joined()


def packed(program: bytes) -> bytes:
    """Return a program as `LOADER` reads it: Python's magic number, two lengths, the compiled form, the text.

    A device compiles for ten milliseconds what it loads in one; another Python than this computer's takes the text.
    """
    with _lock:
        return _packed(program)


@cache
def _packed(program: bytes) -> bytes:
    compiled = zlib.compress(marshal.dumps(compile(program, "colporteur", "exec", dont_inherit=True)))
    text = zlib.compress(program)
    head = MAGIC_NUMBER + b"%6d%6d" % (len(compiled), len(text))
    if len(head) != 16:
        raise ValueError("the program is too long")
    return head + compiled + text


@cache
def _joined() -> bytes:
    parts = []
    for name in MODULES:
        tree = ast.parse(resources.files("fleet.drivers.device").joinpath(f"{name}.py").read_text("utf-8"))
        _Strip._body(tree)
        parts.append(ast.unparse(ast.fix_missing_locations(_Strip().visit(tree))))
    return "\n".join(parts).encode()
