/** The camera as a scanner: looks for a ticket's code a few times a second until one is found. */
import jsQR from "jsqr";

const everyMs = 150;

/** Call `found` with each text seen; the function that is returned stops it. Fails if there is no camera. */
export async function watch(video: HTMLVideoElement, found: (text: string) => void): Promise<() => void> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  video.srcObject = stream;
  await video.play();
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true })!;
  const look = setInterval(() => {
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    if (canvas.width === 0) return;
    pen.drawImage(video, 0, 0);
    const image = pen.getImageData(0, 0, canvas.width, canvas.height);
    const code = jsQR(image.data, image.width, image.height, { inversionAttempts: "dontInvert" });
    if (code !== null && code.data !== "") found(code.data);
  }, everyMs);
  return () => {
    clearInterval(look);
    stream.getTracks().forEach((track) => track.stop());
  };
}
