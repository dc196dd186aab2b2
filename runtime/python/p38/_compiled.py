"""Compiles this library for the Python that runs this, so that no run has to.

Started by the platform in a sandbox. Says one line of JSON: the files, by their paths beside
``p38``, in base64. What is mounted never changes, so the source is not looked at again.
"""

import base64
import importlib.util
import json
import os
import py_compile
import tempfile


def compile_all(package: str) -> dict[str, str]:
    """Compile each file of a package.

    Args:
        package: Its folder.

    Returns:
        What Python looks for beside each file, by its path.
    """
    compiled = {}
    with tempfile.TemporaryDirectory() as draft:
        product = os.path.join(draft, "product.pyc")
        for folder, _, names in os.walk(package):
            for name in sorted(names):
                if not name.endswith(".py"):
                    continue
                source = os.path.join(folder, name)
                py_compile.compile(
                    source,
                    product,
                    doraise=True,
                    invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
                )
                place = importlib.util.cache_from_source(source)
                with open(product, "rb") as file:
                    content = base64.b64encode(file.read()).decode()
                compiled[os.path.relpath(place, os.path.dirname(package))] = content
    return compiled


if __name__ == "__main__":
    print(json.dumps(compile_all(os.path.dirname(os.path.abspath(__file__)))))
