/** Text in SVG: the font, how wide it runs, and how it is written. */

/** The bundled family, of which figures drawn as pixels use Inter alone; browsers without it take what they have. */
export const FONT_FAMILY = "Inter, system-ui, sans-serif";

/** Dark grey rather than black, so that text does not outweigh the picture. */
export const INK = "#1f2933";
export const FAINT_INK = "#616e7c";

/** Advance widths of Inter Regular for the characters from the space to ~, in thousandths of the font size. */
const ADVANCES = [
  281, 288, 466, 633, 642, 982, 644, 300, 365, 365, 501, 662, 288, 460, 288, 360, 631, 407, 610, 618, 646,
  593, 620, 566, 619, 620, 288, 302, 662, 662, 662, 511, 966, 690, 654, 730, 722, 601, 590, 746, 743, 269,
  571, 672, 565, 903, 753, 765, 639, 765, 644, 642, 646, 744, 690, 985, 682, 679, 629, 365, 360, 365, 471,
  456, 323, 562, 612, 571, 612, 583, 370, 613, 591, 242, 242, 549, 242, 876, 591, 600, 612, 612, 376, 528,
  327, 591, 562, 818, 546, 562, 552, 426, 333, 426, 662,
];
const WIDEST = 1000;

/** Width of a line in units of its font size: exact for ASCII except for kerning, an upper estimate for the rest. */
export function textWidth(line: string, fontSize: number): number {
  let thousandths = 0;
  for (const character of line) thousandths += ADVANCES[character.codePointAt(0)! - 32] ?? WIDEST;
  return (thousandths * fontSize) / 1000;
}

/** The line, truncated with an ellipsis if it does not fit. */
export function fitText(line: string, fontSize: number, width: number): string {
  if (textWidth(line, fontSize) <= width) return line;
  const characters = [...line];
  while (characters.length > 1 && textWidth(`${characters.join("")}…`, fontSize) > width) characters.pop();
  return `${characters.join("").trimEnd()}…`;
}

/** The line broken between words into lines of at most a width; a word alone that is longer is shortened. */
export function wrapText(line: string, fontSize: number, width: number): string[] {
  const lines: string[] = [];
  for (const word of line.split(" ")) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && textWidth(longer, fontSize) <= width) lines[lines.length - 1] = longer;
    else lines.push(fitText(word, fontSize, width));
  }
  return lines;
}

interface TextStyle {
  readonly size: number;
  readonly anchor?: "start" | "middle" | "end";
  readonly weight?: 400 | 600;
  readonly fill?: string;
}

/** An SVG text element whose baseline begins, is centred or ends at (x, y). */
export function svgText(
  line: string,
  x: number,
  y: number,
  { size, anchor = "start", weight = 400, fill = INK }: TextStyle,
): string {
  return `<text x="${x}" y="${y}" font-family="${FONT_FAMILY}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}" fill="${fill}">${escapeText(line)}</text>`;
}

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Without control characters, which XML does not allow. */
export function plainText(line: string): string {
  return line.replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, "");
}

/** Escapes XML's special characters. */
function escapeText(line: string): string {
  return plainText(line).replace(/[&<>"]/g, (each) => ESCAPES[each]!);
}

/** z₁ for dimension 0, and so on. */
export function latentName(dimension: number): string {
  return `z${`${dimension + 1}`.replace(/\d/g, (digit) => String.fromCodePoint(0x2080 + Number(digit)))}`;
}
