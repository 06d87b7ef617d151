"""Checks ONNX files: `python check.py FOLDER` for all FOLDER/*.onnx. Prints how many ONNX's own checker accepts.

    pip install onnx==1.23.2
"""

import pathlib
import sys

import onnx

count = 0
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.onnx")):
    try:
        onnx.checker.check_model(str(path), full_check=True)
    except Exception as error:
        sys.exit(f"{path.name}: {error}")
    count += 1
print(f"{count} files are valid for onnx {onnx.__version__}")
