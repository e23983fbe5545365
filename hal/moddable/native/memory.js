export function use() @ "xs_muster_memory_use";
export function instructions() @ "xs_muster_memory_instructions";
