import { defineConfig } from "vitest/config";

/** Tests of the pure parts; one that needs a document says so in its first line. Some read the room's sources. */
export default defineConfig({
  server: { fs: { allow: ["../.."] } },
  test: { include: ["src/**/*.test.ts"] },
});
