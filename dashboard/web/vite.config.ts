import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The controller serves the built page from dashboard/static; nothing comes from elsewhere. */
export default defineConfig({
  plugins: [react()],
  logLevel: "warn",
  build: {
    outDir: "../static",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: "es2022",
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { "/api": "http://127.0.0.1:8000" } },
});
