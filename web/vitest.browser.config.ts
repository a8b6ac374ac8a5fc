import { defineConfig } from "vitest/config";

// One browser, one page after another: rendering without a graphics card is slow, and two at once are slower.
export default defineConfig({
  test: {
    include: ["test/browser/**/*.test.ts"],
    globalSetup: ["test/browser/server.ts"],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
