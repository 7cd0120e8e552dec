/** What files begin with, by the names that people have for them. */
const SIGNATURES: readonly (readonly [name: string, begins: string, at?: number])[] = [
  ["a PNG image", "\x89PNG\r\n\x1a\n"],
  ["a JPEG image", "\xff\xd8\xff"],
  ["a GIF image", "GIF8"],
  ["a TIFF image", "II*\0"],
  ["a TIFF image", "MM\0*"],
  ["a BMP image", "BM"],
  ["a WebP image", "WEBP", 8],
  ["a WAV sound", "WAVE", 8],
  ["an AVI film", "AVI ", 8],
  ["a FLAC sound", "fLaC"],
  ["an Ogg sound", "OggS"],
  ["an MP3 sound", "ID3"],
  ["an MP3 sound", "\xff\xfb"],
  ["an MP4 film", "ftyp", 4],
  ["a PDF document", "%PDF"],
  ["a NumPy array (.npy)", "\x93NUMPY"],
  ["an HDF5 file", "\x89HDF\r\n\x1a\n"],
  ["a Parquet file", "PAR1"],
  ["an Arrow file", "ARROW1"],
  ["a Matrix Market file", "%%MatrixMarket"],
  ["a SQLite database", "SQLite format 3\0"],
  ["an R data file", "RDX"],
  ["a MATLAB file", "MATLAB 5.0"],
  ["a pickle of Python", "\x80\x02"],
  ["a pickle of Python", "\x80\x03"],
  ["a pickle of Python", "\x80\x04"],
  ["a pickle of Python", "\x80\x05"],
  ["a ZIP archive", "PK\x03\x04"],
  ["an empty ZIP archive", "PK\x05\x06"],
  ["a 7z archive", "7z\xbc\xaf\x27\x1c"],
  ["an xz archive", "\xfd7zXZ\0"],
  ["a bzip2 archive", "BZh"],
  ["a Zstandard archive", "\x28\xb5\x2f\xfd"],
  ["a RAR archive", "Rar!"],
  ["a gzip archive", "\x1f\x8b"],
  ["a tar archive", "ustar", 257],
  ["a program", "\x7fELF"],
  ["a program", "MZ"],
];

/** What a file is, by its first bytes, as it stands in a sentence: `a PNG image`, `text`, `binary data`. */
export function contentName(head: Uint8Array): string {
  if (head.length === 0) return "empty";
  const found = SIGNATURES.find(([, begins, at = 0]) => beginsWith(head, begins, at));
  if (found) return found[0];
  const text = textOf(head);
  if (text === undefined) return "binary data";
  const begins = text.trimStart().toLowerCase();
  if (begins.startsWith("<!doctype html") || begins.startsWith("<html")) return "an HTML page";
  if (begins.startsWith("<?xml")) return "an XML file";
  return begins.startsWith("{") || begins.startsWith("[") ? "JSON text" : "text";
}

function beginsWith(head: Uint8Array, begins: string, at: number): boolean {
  if (head.length < at + begins.length) return false;
  return [...begins].every((each, index) => head[at + index] === each.charCodeAt(0));
}

/** The text that bytes are, if they are UTF-8 or Latin letters without control characters. */
function textOf(head: Uint8Array): string | undefined {
  const controls = head.some(
    (byte) => byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13,
  );
  return controls ? undefined : new TextDecoder("utf-8").decode(head);
}
