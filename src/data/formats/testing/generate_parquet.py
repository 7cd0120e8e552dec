"""Small Parquet files by pandas and pyarrow, from the table of generate.py. Run: python3 generate_parquet.py"""

import pathlib

import numpy as np
import pandas as pd

FILES = pathlib.Path(__file__).parent / "files"

frame = pd.read_csv(FILES / "plain.csv", index_col=0, parse_dates=["seen"])
for compression in ("snappy", "gzip", "zstd", "brotli", "lz4", "none"):
    frame.to_parquet(
        FILES / f"{compression}.parquet",
        engine="pyarrow",
        compression=None if compression == "none" else compression,
        row_group_size=4,
        store_schema=False,
    )
pd.DataFrame({"a": [1.0, np.inf]}).to_parquet(FILES / "infinite.parquet")
pd.DataFrame({"a": [[1, 2], [3]], "b": [1.0, 2.0]}).to_parquet(FILES / "nested.parquet")
