import { defineConfig } from "vite";

export default defineConfig({
  base: "/",
  build: {
    outDir: "../src/aspan/faces/web/dist",
    emptyOutDir: true,
    assetsDir: "assets",
    target: "es2022",
    // the desk, and the door: what passengers open
    rolldownOptions: { input: { index: "index.html", door: "door.html" } },
    // the map's own bundle is large and asked for after the frame has been drawn
    chunkSizeWarningLimit: 1400,
  },
  worker: { format: "es" },
  server: { proxy: { "/api": "http://127.0.0.1:8080", "/map": "http://127.0.0.1:8080", "/v1": "http://127.0.0.1:8080" } },
});
