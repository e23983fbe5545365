import { Command, CommanderError } from "commander";

/** What went wrong on the command line, by name; `--json` prints it as it stands here. */
export interface CommandLineError {
  readonly error: string;
  readonly message: string;
  /** What would have been accepted in its place. */
  readonly allowed?: readonly string[];
}

/** Where a command line is read from and what it prints to. */
export interface CommandLineStreams {
  readonly out: (text: string) => void;
  readonly complain: (text: string) => void;
}

/** A reason for a command not to go on that its user can act upon: shown as a sentence, without a stack. */
export class CommandFault extends Error {
  readonly kind: string;
  /** What would have been accepted; there only when the command line itself was wrong. */
  readonly allowed: readonly string[] | undefined;

  /** `kind` names the fault for programs (`port-in-use`), `message` is the sentence for people. */
  constructor(kind: string, message: string, allowed?: readonly string[]) {
    super(message);
    this.kind = kind;
    this.allowed = allowed;
  }
}

/** Status of a process that could not do what was asked. */
const STATUS_FAULT = 1;
/** Status of a process that was asked for what does not exist. */
const STATUS_MISUSE = 2;

/** The program without its commands, whose errors come out as `runCommandLine` prints them. */
export function emptyProgram(version: string, streams: CommandLineStreams): Command {
  return new Command("muster")
    .description("Telephones that need no server: run them, watch them, take their messages apart.")
    .version(version)
    .helpCommand(false)
    .showHelpAfterError(false)
    .showSuggestionAfterError(false)
    .exitOverride()
    .configureOutput({ writeOut: streams.out, writeErr: streams.out, outputError: () => undefined });
}

/**
 * Runs what `parameters` (without program and script) ask for. The answer is the status the process should end with:
 * 0, or 1 when the command could not do it, or 2 when there is no such command, option or value.
 */
export async function runCommandLine(
  program: Command,
  parameters: readonly string[],
  streams: CommandLineStreams,
): Promise<number> {
  const complain = (error: CommandLineError): void =>
    streams.complain(parameters.includes("--json") ? `${JSON.stringify(error)}\n` : sentence(error));
  const [first] = parameters;
  if (first === undefined) {
    program.outputHelp();
    return STATUS_MISUSE;
  }
  const commands = program.commands.map((command) => command.name());
  if (!first.startsWith("-") && !commands.includes(first)) {
    complain({ error: "unknown-command", message: `there is no command "${first}"`, allowed: commands });
    return STATUS_MISUSE;
  }
  try {
    await program.parseAsync(parameters, { from: "user" });
    return 0;
  } catch (fault) {
    if (fault instanceof CommanderError) {
      if (fault.exitCode === 0) return 0;
      complain(misuse(fault, commandOf(program, parameters)));
      return STATUS_MISUSE;
    }
    if (!(fault instanceof CommandFault)) throw fault;
    const { kind: error, message, allowed } = fault;
    complain(allowed === undefined ? { error, message } : { error, message, allowed });
    return allowed === undefined ? STATUS_FAULT : STATUS_MISUSE;
  }
}

function sentence({ error, message, allowed }: CommandLineError): string {
  const choice = allowed === undefined ? "" : `\nallowed: ${allowed.join(", ")}`;
  return `muster: ${error}: ${message}${choice}\n`;
}

/** Commander's codes read `commander.unknownOption`; ours `unknown-option`. */
function misuse(fault: CommanderError, command: Command): CommandLineError {
  const code = fault.code.replace(/^commander\./, "");
  const error = code.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const message = fault.message.replace(/^error: /, "");
  if (code === "unknownCommand")
    return { error, message, allowed: command.commands.map((each) => each.name()) };
  if (code === "unknownOption") return { error, message, allowed: optionsOf(command) };
  if (code === "missingArgument" || code === "excessArguments") {
    return { error, message, allowed: [`${command.name()} ${command.usage()}`] };
  }
  return { error, message };
}

function optionsOf(command: Command): string[] {
  return [...command.options.map((option) => option.flags), "-h, --help"];
}

/** The command that the first words name. */
function commandOf(program: Command, parameters: readonly string[]): Command {
  let command = program;
  for (const word of parameters) {
    const next = command.commands.find((each) => each.name() === word);
    if (next === undefined) break;
    command = next;
  }
  return command;
}
