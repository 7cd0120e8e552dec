"""Small files by the formats' reference tools. Run: python3 generate.py (NumPy)."""

import gzip
import pathlib

import numpy as np

FILES = pathlib.Path(__file__).parent / "files"

# Row i holds 10 i, 10 i + 1, 10 i + 2.
TABLE = np.add.outer(10 * np.arange(5), np.arange(3))


def arrays():
    for name in "bool uint8 int8 uint16 int16 uint32 int32 uint64 int64 float16 float32 float64".split():
        np.save(FILES / f"{name}.npy", (TABLE % 2 if name == "bool" else TABLE).astype(name))
    np.save(FILES / "big-endian.npy", TABLE.astype(">f8"))
    np.save(FILES / "big-endian-16.npy", TABLE.astype(">i2"))
    np.save(FILES / "fortran.npy", np.asfortranarray(TABLE.astype("float32")))
    np.save(FILES / "objects.npy", np.array([[1, None], [2, "a"]], dtype=object))
    np.save(FILES / "complex.npy", TABLE.astype("complex64"))
    np.save(FILES / "images-fortran.npy", np.asfortranarray(np.arange(2 * 3 * 4, dtype="uint8").reshape(2, 3, 4)))
    labels = np.arange(5) % 2
    np.savez(FILES / "stored.npz", x=TABLE.astype("float32"), y=labels)
    np.savez_compressed(FILES / "deflated.npz", x=TABLE.astype("float32"), y=labels)
    idx = bytes([0, 0, 0x0D, 2]) + np.array([5, 3], ">u4").tobytes() + TABLE.astype(">f4").tobytes()
    (FILES / "table.idx").write_bytes(idx)
    (FILES / "table.idx.gz").write_bytes(gzip.compress(idx, mtime=0))


arrays()
