/** A drawing as a picture of pixels, and files for the reader. */
import type { Drawing } from "./drawing";
import { toSvg } from "./svg";

/** Pixels per point: A4 at 250 to the inch is sharp on paper and still fits into a mail. */
const PIXELS_PER_POINT = 3.5;

export function svgBlob(drawing: Drawing): Blob {
  return new Blob([toSvg(drawing)], { type: "image/svg+xml" });
}

export async function pngBlob(drawing: Drawing): Promise<Blob> {
  const url = URL.createObjectURL(svgBlob(drawing));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(drawing.width * PIXELS_PER_POINT);
    canvas.height = Math.round(drawing.height * PIXELS_PER_POINT);
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
    if (blob === null) throw new Error("the browser makes no picture of this size");
    return blob;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Hands a file to the browser, which saves it. */
export function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // Not at once: the browser takes the file a moment later.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
