/*
 * Source text to byte code, with XS's own parser; on a device this is done before, on a PC. The parser works on the
 * C heap and needs a machine only for its counters of tags, so a blank record serves.
 */
#include "modules.h"

#include "xsScript.h"

/* Natives (mxCFlag); lines in stacks of exceptions: only debug builds look at them, and they lengthen the code. */
#ifdef mxDebug
enum { parserFlags = mxCFlag | mxDebugFlag };
#else
enum { parserFlags = mxCFlag };
#endif
enum { parserBufferBytes = 256 * 1024, parserTableModulo = 1993 };

static void reportError(void* console, txString path, txInteger line, txString format, va_list arguments) {
  char text[256];
  (void)console;
  vsnprintf(text, sizeof text, format, arguments);
  platformPrint("%s:%d: %s\n", path ? path : "?", (int)line, text);
}

static void ignoreWarning(void* console, txString path, txInteger line, txString format, va_list arguments) {
  (void)console, (void)path, (void)line, (void)format, (void)arguments;
}

/* NULL when there are errors. */
static txScript* parse(const char* specifier, const char* text, size_t size) {
  static txMachine console;
  static txParser parser;
  txParserJump jump;
  txStringCStream stream = {.buffer = (txString)text, .offset = 0, .size = (txSize)size};
  txScript* volatile script = NULL;
  console.tag = 0;
  console.profileID = mxBaseProfileID;
  fxInitializeParser(&parser, &console, parserBufferBytes, parserTableModulo);
  parser.reportError = reportError;
  parser.reportWarning = ignoreWarning;
  parser.firstJump = &jump;
  if (c_setjmp(jump.jmp_buf) == 0) {
    parser.path = fxNewParserSymbol(&parser, (txString)specifier);
    fxParserTree(&parser, &stream, fxStringCGetter, parserFlags, NULL);
    fxParserHoist(&parser);
    fxParserBind(&parser);
    script = fxParserCode(&parser);
  }
  bool failed = parser.errorCount > 0;
  fxTerminateParser(&parser);
  if (!failed) return script;
  fxDeleteScript(script);
  return NULL;
}

bool flashAddSource(const char* specifier, const char* text, size_t size, bool preload) {
  txScript* script = parse(specifier, text, size);
  Module* module = script ? moduleAdd(specifier, preload) : NULL;
  if (!module) return false;
  module->code = script->codeBuffer;
  module->codeBytes = script->codeSize;
  module->symbols = script->symbolsBuffer;
  module->symbolBytes = script->symbolsSize;
  module->hosts = script->hostsBuffer;
  module->hostBytes = script->hostsSize;
  free(script);
  return true;
}
