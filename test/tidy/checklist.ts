/** What test/checklist.md says of the requirements of the source documents. */

/** One row: an ID, how it stands, and what shows it. */
export interface ChecklistRow {
  readonly id: string;
  readonly requirement: string;
  readonly state: string;
  readonly evidence: string;
}

/** IDs of the source list: for each letter 1 up to its number. */
export const sourceIds: readonly string[] = Object.entries({ H: 18, C: 63, S: 14, N: 13, I: 28 }).flatMap(
  ([letter, count]) => Array.from({ length: count }, (_, at) => `${letter}${at + 1}`),
);

/** All rows, in their order. */
export function checklistRows(text: string): ChecklistRow[] {
  const rows = text.matchAll(/^\| ([A-Z]\d+) \| (.*?) \| (.*?) \| (.*?) \|$/gm);
  return [...rows].map(([, id, requirement, state, evidence]) => ({
    id: id ?? "",
    requirement: requirement ?? "",
    state: state ?? "",
    evidence: evidence ?? "",
  }));
}

/** What is wrong with the list: IDs missing, twice or unknown, states that are none, evidence that is not there. */
export function checklistFaults(
  text: string,
  exists: (path: string) => boolean,
  scripts: readonly string[],
): string[] {
  const rows = checklistRows(text);
  const count = (id: string): number => rows.filter((row) => row.id === id).length;
  const targets = new Map(
    [...text.matchAll(/^\[([^\]]+)\]: (\S+)$/gm)].map(([, name, path]) => [name ?? "", path ?? ""]),
  );
  return [
    ...sourceIds.filter((id) => count(id) !== 1).map((id) => `${id} stands ${count(id)} times`),
    ...rows.filter(({ id }) => !sourceIds.includes(id)).map(({ id }) => `${id} is no ID of the source list`),
    ...rows.flatMap((row) => rowFaults(row, { exists, scripts, targets })),
    ...[...targets].filter(([, path]) => !exists(path)).map(([name]) => `[${name}] leads nowhere`),
  ];
}

function rowFaults(
  { id, requirement, state, evidence }: ChecklistRow,
  known: {
    readonly exists: (path: string) => boolean;
    readonly scripts: readonly string[];
    readonly targets: ReadonlyMap<string, string>;
  },
): string[] {
  const faults: string[] = [];
  if (!/^(works|part|later( \(issue [345]\))?)$/.test(state)) faults.push(`${id}: "${state}" is no state`);
  if (requirement === "" || evidence === "") faults.push(`${id} is not filled in`);
  const named = [...evidence.matchAll(/\[([^\]]+)\]/g)].map(([, name]) => name ?? "");
  const commands = [...evidence.matchAll(/`npm (?:run )?(\S+)`/g)].map(([, script]) => script ?? "");
  faults.push(
    ...named.filter((name) => !known.targets.has(name)).map((name) => `${id}: [${name}] is not defined`),
  );
  faults.push(
    ...commands
      .filter((script) => !known.scripts.includes(script))
      .map((script) => `${id}: no command ${script}`),
  );
  const isShown = named.length + commands.length > 0;
  if (!state.startsWith("later") && !isShown) faults.push(`${id}: nothing shows it`);
  return faults;
}
