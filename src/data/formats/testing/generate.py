"""Small files by the formats' reference tools. Run: python3 generate.py (NumPy, pandas, Pillow, SciPy, anndata, soundfile)."""

import gzip
import pathlib

import anndata
import numpy as np
import pandas as pd
from PIL import Image
import scipy.io
import scipy.sparse
import soundfile

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


def tables():
    frame = pd.DataFrame(
        {
            "height": [1.5, 2.25, np.nan, -3e-7, 12345678.9, 0.1],
            "legs": [4, 2, 0, 4, 8, 2],
            "tame": [1, 0, 1, 1, 0, 0],
            "colour": ["red", "grün", "blue, light", "red", 'the "best"', None],
            "seen": pd.to_datetime(["2024-05-31", "1969-12-31", "2000-02-29", "2024-01-01", "2024-01-02", None]),
            "kind": ["a", "b", "a", None, "b", "a"],
        }
    )
    for name, options in {
        "plain": {},
        "semicolon": {"sep": ";", "decimal": ","},
        "tab": {"sep": "\t", "na_rep": "NA"},
        "utf16": {"encoding": "utf-16"},
        "latin1": {"encoding": "latin-1"},
        "windows": {"lineterminator": "\r\n", "quoting": 2},
        "bom": {"encoding": "utf-8-sig"},
    }.items():
        frame.to_csv(FILES / f"{name}.csv", index=name == "plain", **options)
    frame.assign(seen=frame.seen.dt.strftime("%Y-%m-%d")).to_json(
        FILES / "lines.jsonl", orient="records", lines=True, force_ascii=False, double_precision=15
    )
    text = (FILES / "plain.csv").read_bytes()
    (FILES / "plain.csv.gz").write_bytes(gzip.compress(text, mtime=0))


def pictures():
    """Pixels of column x and row y are 40 x + 3 y; in colour red, green and blue differ by 5."""
    grey = np.add.outer(3 * np.arange(4), 40 * np.arange(6)).astype("uint8")
    colour = np.stack([grey, grey + 5, grey + 10], axis=-1)
    folder = FILES / "pictures"
    for label in ("grey", "colour"):
        (folder / label).mkdir(parents=True, exist_ok=True)
    for ending, options in {"png": {}, "tiff": {}, "bmp": {}, "gif": {}, "webp": {"lossless": True}}.items():
        Image.fromarray(grey).save(folder / "grey" / f"a.{ending}", **options)
        if ending != "gif":
            Image.fromarray(colour).save(folder / "colour" / f"a.{ending}", **options)
    Image.fromarray(grey).save(folder / "grey" / "a.jpg", quality=100)


# Cell i has i + j counts of gene j where i + j is even.
COUNTS = np.add.outer(np.arange(4), np.arange(5)) * (1 - np.add.outer(np.arange(4), np.arange(5)) % 2)


def matrices():
    scipy.io.mmwrite(FILES / "by-row.mtx", scipy.sparse.csr_matrix(COUNTS))
    scipy.io.mmwrite(FILES / "by-column.mtx", scipy.sparse.csc_matrix(COUNTS).astype(float))
    text = (FILES / "by-row.mtx").read_bytes()
    (FILES / "by-row.mtx.gz").write_bytes(gzip.compress(text, mtime=0))
    folder = FILES / "10x"
    folder.mkdir(exist_ok=True)
    scipy.io.mmwrite(folder / "matrix.mtx", scipy.sparse.csc_matrix(COUNTS.T))
    compressed = gzip.compress((folder / "matrix.mtx").read_bytes(), mtime=0)
    (folder / "matrix.mtx.gz").write_bytes(compressed)
    (folder / "matrix.mtx").unlink()
    genes = "".join(f"ENSG{j}\t{name}\tGene Expression\n" for j, name in enumerate("ABCAD"))
    (folder / "features.tsv.gz").write_bytes(gzip.compress(genes.encode(), mtime=0))
    (folder / "barcodes.tsv.gz").write_bytes(gzip.compress(b"AAA-1\nAAC-1\nAAG-1\nAAT-1\n", mtime=0))


def annotated():
    """Version 0.8 of anndata wrote these."""
    for name, matrix in {
        "dense": COUNTS.astype("float32"),
        "csr": scipy.sparse.csr_matrix(COUNTS.astype("float32")),
        "csc": scipy.sparse.csc_matrix(COUNTS.astype("float32")),
    }.items():
        obs = pd.DataFrame({"kind": pd.Categorical(["a", "b", None, "a"])}, index=["w", "x", "y", "z"])
        cells = anndata.AnnData(matrix, obs=obs, var=pd.DataFrame(index=list("ABCDE")))
        cells.layers["double"] = matrix * 2
        cells.write_h5ad(FILES / f"{name}.h5ad")


def sounds():
    """4,500 samples of 440 Hz at half of full scale, 8,000 a second."""
    tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(4500) / 8000)
    folder = FILES / "sounds"
    folder.mkdir(exist_ok=True)
    for ending in ("wav", "flac", "ogg", "mp3"):
        soundfile.write(folder / f"tone.{ending}", tone, 8000)


arrays()
sounds()
annotated()
matrices()
pictures()
tables()
