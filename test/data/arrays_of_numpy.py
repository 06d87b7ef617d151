"""Writes files of numpy, for npy.test.ts and numpy.long.test.ts.

    pip install numpy && python arrays_of_numpy.py > numpy.gen.ts
    python arrays_of_numpy.py FOLDER   # files of all types, and what they hold

Without a folder: the small files that npy.test.ts reads.
"""

import base64
import io
import json
import pathlib
import sys

import numpy as np

TYPES = "f2 f4 f8 b1 i1 i2 i4 i8 u1 u2 u4 u8".split()


def values(kind: str, shape: tuple) -> np.ndarray:
    count = int(np.prod(shape))
    numbers = np.arange(count) * 7 % 11
    if kind[0] in "fi":
        numbers = numbers - 4
    if kind[0] == "f":
        numbers = numbers / 8
    return (numbers % 2 if kind == "b1" else numbers).astype(kind).reshape(shape)


def saved(array: np.ndarray, version=None) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version=version)
    return file.getvalue()


def zipped(write, **arrays) -> bytes:
    file = io.BytesIO()
    write(file, **arrays)
    return file.getvalue()


def small() -> str:
    x, y = values("f4", (2, 3)), np.array([0, 2, 1])
    files = {
        "floats": saved(x),
        "columns": saved(np.asfortranarray(values("i2", (2, 3, 2)))),
        "big": saved(values("f8", (3,)).astype(">f8"), (2, 0)),
        "scalar": saved(np.array(2.5, "f2"), (3, 0)),
        "stored": zipped(np.savez, x=x, y=y),
        "packed": zipped(np.savez_compressed, x=x, y=y),
        "objects": zipped(np.savez, x=np.array([None, "a"], dtype=object)),
    }
    lines = [f"  {name}: '{base64.b64encode(file).decode()}'," for name, file in files.items()]
    return "\n".join(
        [
            f"// Written by arrays_of_numpy.py with numpy {np.__version__}.",
            "/** Files of numpy, in base 64. */",
            "export const FILES = {",
            *lines,
            "} as const;",
        ]
    )


def all_into(folder: pathlib.Path) -> None:
    held = {}
    arrays = {}
    for kind in TYPES:
        for shape in [(), (0,), (5,), (2, 3), (2, 3, 4)]:
            array = values(kind, shape)
            for order, version in [("C", (1, 0)), ("F", (2, 0)), (">", (3, 0))]:
                name = f"{kind} {'x'.join(map(str, shape))} {order}"
                own = array.astype(array.dtype.newbyteorder(">")) if order == ">" else array
                own = np.asfortranarray(own) if order == "F" and shape else own
                (folder / f"{name}.npy").write_bytes(saved(own, version))
                arrays[name] = own
                held[name] = {"shape": list(shape), "data": array.ravel().tolist()}
    np.savez(folder / "stored.npz", **arrays)
    np.savez_compressed(folder / "packed.npz", **arrays)
    (folder / "held.json").write_text(json.dumps(held))


if len(sys.argv) > 1:
    all_into(pathlib.Path(sys.argv[1]))
else:
    print(small())
