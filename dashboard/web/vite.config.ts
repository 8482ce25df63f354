import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** What every screen needs, so that it comes as two files and not as fifty; words and screens come apart. */
const FRAME = /\/src\/(ui|api|live|find|room)\/|\/src\/i18n\/(codes|format|index|say|zone)\.ts|\/src\/people\/(?!UsersPage)|\/src\/(App|main)\.tsx/;
const LIBRARIES = /\/node_modules\/(?!uplot)|\/rolldown|vite\/preload/;

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
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "libraries", test: LIBRARIES, priority: 2 },
            { name: "frame", test: FRAME, priority: 1 },
          ],
        },
      },
    },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8000" } },
});
