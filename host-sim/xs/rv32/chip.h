/*
 * The emulated chip: QEMU's `-M virt` with one rv32imc core, the instruction set of an ESP32-C3. Addresses of its
 * registers, and how its memory is divided (QEMU gives 64 MB of RAM from 0x80000000; what a real chip has as flash
 * or as a world around it is RAM here, in regions of its own, so that the firmware's RAM stays small and countable).
 *
 *   0x80000000   2 MB  image: code and constants ("flash")
 *   0x80400000   1 MB  RAM: static data, C heap, C stack, then the arena of the phone's machine
 *   0x80800000   8 MB  root machine ("flash": stands for what xsl preloads)
 *   0x81000000   8 MB  byte code, put there by `-device loader` ("flash")
 *   0x81800000   1 MB  the NVS partition ("flash")
 *   0x82000000  16 MB  what the microphone hears
 *   0x83000000  16 MB  what the loudspeaker played
 */
#ifndef MUSTER_RV32_CHIP_H
#define MUSTER_RV32_CHIP_H

#include <stdbool.h>
#include <stdint.h>

enum {
  chipRootMachine = 0x80800000u,
  chipRootMachineBytes = 0x800000,
  chipByteCode = 0x81000000u,
  chipByteCodeBytes = 0x800000,
  chipKeyValues = 0x81800000u,
  chipMicrophone = 0x82000000u,
  chipLoudspeaker = 0x83000000u,
  chipSoundBytes = 0x1000000,
};

/* ---- registers */

enum {
  chipTimerCompare = 0x02004000,
  chipTimer = 0x0200bff8,
  chipInterrupts = 0x0c000000,
  chipUart = 0x10000000,
  chipVirtio = 0x10001000,
  chipVirtioStep = 0x1000,
  chipVirtioSlots = 8,
};
/* Interrupt lines at the PLIC. */
enum { lineVirtio = 1, lineUart = 10, lines = 32 };
/* The timer counts 10 MHz. */
enum { timerTicksPerMicrosecond = 10 };

static inline volatile uint32_t* chipRegister(uint32_t address) { return (volatile uint32_t*)(uintptr_t)address; }
static inline volatile uint8_t* chipByte(uint32_t address) { return (volatile uint8_t*)(uintptr_t)address; }

/* ---- interrupts (interrupts.c) */

/* Sets the trap vector; a fault from now on is reported and ends the program. */
void interruptsOpen(void);
/* Has `handler` called, interrupts off, whenever `line` is raised. */
void interruptsConnect(uint32_t line, void (*handler)(void));
/* Interrupts off; true when they were on. */
bool interruptsOff(void);
/* Interrupts on again if they `were`. */
void interruptsRestore(bool were);
/* Sleeps until an interrupt is pending; to be called with interrupts off, which then handles nothing yet. */
void interruptsSleep(void);

/* Something the loop waits for has happened: boardWait returns. Set by handlers. */
extern volatile bool boardAwake;

/* ---- the timer and its alarms (clock.c) */

typedef enum { alarmLoop, alarmAudio, alarmSerial, alarms } Alarm;
/* Ticks of the timer since it started. */
uint64_t clockTicks(void);
/* Has `handler` called by interrupt at `ticks`; UINT64_MAX: not at all. A handler may set its own alarm again. */
void clockSetAlarm(Alarm alarm, uint64_t ticks, void (*handler)(void));
void clockOpen(void);
/* Instructions the core slept through, in the counter's terms, are left out of boardInstructions. */
void clockSleep(void);

#endif
