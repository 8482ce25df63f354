import { defineConfig } from "vitest/config";

/** Tests of the pure parts; one that needs a document says so in its first line. */
export default defineConfig({ test: { include: ["src/**/*.test.ts"] } });
