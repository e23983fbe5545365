/*
 * Interrupts of the emulated chip: one trap vector for the timer, the PLIC's lines and faults. On an ESP32 this is
 * the work of FreeRTOS; here a handler only moves bytes between a device and a ring, and the loop does the rest.
 */
#include "../board.h"
#include "chip.h"
#include "rv32.h"

enum { causeTimer = 0x80000007u, causeExternal = 0x8000000bu };
enum { enableTimer = 1u << 7, enableExternal = 1u << 11, statusEnable = 1u << 3 };
/* PLIC, context 0 (machine mode of hart 0). */
enum { plicEnable = 0x2000, plicThreshold = 0x200000, plicClaim = 0x200004 };

volatile bool boardAwake;
static void (*gHandlers[lines])(void);

void clockHandleTimer(void);

static volatile uint32_t* plic(uint32_t offset) { return chipRegister(chipInterrupts + offset); }

static void handleLines(void) {
  uint32_t line;
  while ((line = *plic(plicClaim)) != 0) {
    if (line < lines && gHandlers[line]) gHandlers[line]();
    *plic(plicClaim) = line;
  }
}

static _Noreturn void reportFault(uint32_t cause) {
  uint32_t place, value;
  asm volatile("csrr %0, mepc" : "=r"(place));
  asm volatile("csrr %0, mtval" : "=r"(value));
  boardFail("fault: cause %u at 0x%08x, value 0x%08x", (unsigned)cause, (unsigned)place, (unsigned)value);
}

__attribute__((interrupt("machine"), aligned(4))) static void handleTrap(void) {
  uint32_t cause;
  asm volatile("csrr %0, mcause" : "=r"(cause));
  if (cause == causeTimer) clockHandleTimer();
  else if (cause == causeExternal) handleLines();
  else reportFault(cause);
}

void interruptsOpen(void) {
  asm volatile("csrw mtvec, %0" ::"r"(handleTrap));
  *plic(plicThreshold) = 0;
  *plic(plicEnable) = 0;
  asm volatile("csrw mie, %0" ::"r"(enableTimer | enableExternal));
  asm volatile("csrs mstatus, %0" ::"r"(statusEnable));
}

void interruptsConnect(uint32_t line, void (*handler)(void)) {
  gHandlers[line] = handler;
  *plic(4 * line) = 1; /* priority */
  *plic(plicEnable) |= 1u << line;
}

bool interruptsOff(void) {
  uint32_t status;
  asm volatile("csrrc %0, mstatus, %1" : "=r"(status) : "r"(statusEnable) : "memory");
  return (status & statusEnable) != 0;
}

void interruptsRestore(bool were) {
  if (were) asm volatile("csrs mstatus, %0" ::"r"(statusEnable) : "memory");
}

void interruptsSleep(void) { asm volatile("wfi" ::: "memory"); }
