/* What the contract scripts report with: one line of JSON each, on the diagnostics of the host. */
export const tell = (...values) => trace(`tell ${JSON.stringify(values)}\n`);

/* Debug builds put the name of the function before a message; "C: " is of the engine's own words. */
const functionName = /^(?!C: )[\w.$ ]+: /;

/* The message of what `call` throws, with the kind of error if it is no plain Error; "nothing" when it throws not. */
export const thrown = (call) => {
  try {
    call();
  } catch (error) {
    const message = error.message.replace(functionName, "");
    return error.name === "Error" ? message : `${error.name}: ${message}`;
  }
  return "nothing";
};

/* The bytes of a buffer as text of hexadecimal digits. */
export const hex = (buffer) =>
  Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
