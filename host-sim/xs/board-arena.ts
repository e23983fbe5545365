/**
 * Memory of the smallest board, bytes: slots, chunks and stack, as manifests/esp32c3.json has them. A phone lives with
 * it for days among any number of others (`muster soak`); all of the lab passes in 96 KB.
 */
export const boardArenaBytes: number = 112 * 1024;
