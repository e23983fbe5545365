# The emulated handset: XS, the device's modules, our natives, libsodium and lwIP for rv32imc with picolibc.
# From the project's root, once libraries.ts and sources.ts have brought the sources:
#   make -j2 -f host-sim/xs/rv32.mk            .cache/xs/rv32/muster-xs.elf
#   make -j2 -f host-sim/xs/rv32.mk checks     images without the engine: board-check.elf, crypto-bench.elf

HERE := host-sim/xs
OUT ?= .cache/xs/rv32
LIBRARIES ?= .cache/xs/libraries
XS ?= .cache/xs/package/moddable/xs
NATIVE := hal/moddable/native
SODIUM := $(LIBRARIES)/libsodium/src/libsodium
LWIP := $(LIBRARIES)/lwip/src

CC := riscv64-unknown-elf-gcc --specs=picolibc.specs -march=rv32imc -mabi=ilp32
AR := riscv64-unknown-elf-ar
# Size first. For libsodium speed, as measured (rv32/README.md): scheduling would cost more spills than it gains here.
OPT ?= -Os
SODIUM_OPT ?= -O2 -fno-schedule-insns
SECTIONS := -fno-common -ffunction-sections -fdata-sections
# Our own sources use the counters and the control registers; at the link the option would choose 64-bit libraries.
OWN_FLAGS := $(OPT) $(SECTIONS) -march=rv32imc_zicsr -std=gnu11 -Wall -Wextra -MMD -MP

# ---- libsodium: the primitives of hal/crypto.ts and what they call

SODIUM_SOURCES := crypto_core/ed25519/core_ed25519.c crypto_core/ed25519/ref10/ed25519_ref10.c \
  crypto_scalarmult/crypto_scalarmult.c crypto_scalarmult/curve25519/scalarmult_curve25519.c \
  crypto_scalarmult/curve25519/ref10/x25519_ref10.c crypto_sign/crypto_sign.c crypto_sign/ed25519/sign_ed25519.c \
  crypto_sign/ed25519/ref10/keypair.c crypto_sign/ed25519/ref10/open.c crypto_sign/ed25519/ref10/sign.c \
  crypto_core/hsalsa20/core_hsalsa20.c crypto_core/hsalsa20/ref2/core_hsalsa20_ref2.c \
  crypto_core/salsa/ref/core_salsa_ref.c \
  crypto_hash/sha512/hash_sha512.c crypto_hash/sha512/cp/hash_sha512_cp.c \
  crypto_hash/sha256/hash_sha256.c crypto_hash/sha256/cp/hash_sha256_cp.c \
  crypto_auth/hmacsha256/auth_hmacsha256.c crypto_auth/hmacsha512/auth_hmacsha512.c \
  crypto_secretbox/crypto_secretbox.c crypto_secretbox/crypto_secretbox_easy.c \
  crypto_secretbox/xsalsa20poly1305/secretbox_xsalsa20poly1305.c \
  crypto_stream/crypto_stream.c crypto_stream/xsalsa20/stream_xsalsa20.c crypto_stream/salsa20/stream_salsa20.c \
  crypto_stream/salsa20/ref/salsa20_ref.c crypto_stream/chacha20/stream_chacha20.c \
  crypto_stream/chacha20/ref/chacha20_ref.c \
  crypto_onetimeauth/crypto_onetimeauth.c crypto_onetimeauth/poly1305/onetimeauth_poly1305.c \
  crypto_onetimeauth/poly1305/donna/poly1305_donna.c \
  crypto_verify/sodium/verify.c sodium/utils.c sodium/runtime.c randombytes/randombytes.c
SODIUM_INCLUDES := -DSODIUM_STATIC -I$(OUT)/sodium/include -I$(OUT)/sodium/include/sodium -I$(SODIUM)/include \
  -I$(SODIUM)/include/sodium
SODIUM_FLAGS := $(SECTIONS) -w -DCONFIGURED=1 -DDEV_MODE=0 -DNATIVE_LITTLE_ENDIAN=1 \
  $(SODIUM_INCLUDES) -include $(HERE)/rv32/sodium/board-random.h
SODIUM_OBJECTS := $(SODIUM_SOURCES:%.c=$(OUT)/sodium/%.o) $(OUT)/sodium/board-random.o
SODIUM_VERSION := $(OUT)/sodium/include/sodium/version.h

# ---- lwIP

LWIP_SOURCES := core/init.c core/def.c core/inet_chksum.c core/ip.c core/mem.c core/memp.c core/netif.c core/pbuf.c \
  core/timeouts.c core/udp.c core/ipv4/etharp.c core/ipv4/icmp.c core/ipv4/igmp.c core/ipv4/ip4_frag.c \
  core/ipv4/ip4.c core/ipv4/ip4_addr.c netif/ethernet.c
LWIP_FLAGS := -I$(HERE)/rv32/lwip -I$(LWIP)/include
LWIP_OBJECTS := $(patsubst %.c,$(OUT)/lwip/%.o,$(LWIP_SOURCES))

# ---- the board

BOARD_SOURCES := audio board clock entropy heap host-time interrupts key-values memory-blocks network network-card options serial \
  sound-file stack
BOARD_FLAGS := $(OWN_FLAGS) $(LWIP_FLAGS) $(SODIUM_INCLUDES)
BOARD_OBJECTS := $(patsubst %,$(OUT)/board/%.o,$(BOARD_SOURCES))

# By words, as newlib has them in the C3's ROM; -fno-...: not as calls of themselves.
$(OUT)/board/memory-blocks.o: BOARD_FLAGS += -O2 -fno-builtin -fno-tree-loop-distribute-patterns

LINK = $(CC) --oslib=semihost --crt0=semihost -T $(HERE)/rv32/chip.ld -Wl,--gc-sections -Wl,-Map=$@.map

# ---- the engine (without its parser), the device's modules, our natives

XS_C := $(filter-out xsAll_.c,$(notdir $(wildcard $(XS)/sources/*.c)))
ENGINE_C := $(filter-out compile.c emit.c,$(notdir $(wildcard $(HERE)/engine/*.c)))
DEVICE_C := $(notdir $(wildcard $(HERE)/device/*.c))
NATIVE_C := $(notdir $(wildcard $(NATIVE)/*.c))
XS_FLAGS := -DINCLUDE_XSPLATFORM -DXSPLATFORM='"platform.h"' -DmxRun=1 -DmxSloppy=1 -DmxMinusZero=1 -DmxNoConsole=1 \
  -DmxBoundsCheck=1 -I$(HERE)/engine
XS_INCLUDES := $(XS)/includes $(XS)/platforms $(XS)/sources
# The engine's own headers cannot be free of warnings.
HOST_FLAGS := $(OWN_FLAGS) -Wno-unused-parameter $(XS_FLAGS) -I$(HERE) -I$(NATIVE) -I$(OUT) \
  $(addprefix -isystem ,$(XS_INCLUDES)) $(SODIUM_INCLUDES)
XS_OBJECTS := $(XS_C:%.c=$(OUT)/xs/%.o)
HOST_OBJECTS := $(ENGINE_C:%.c=$(OUT)/engine/%.o) $(DEVICE_C:%.c=$(OUT)/device/%.o) $(NATIVE_C:%.c=$(OUT)/native/%.o) \
  $(OUT)/natives.gen.o $(OUT)/main.o

.PHONY: handset checks generated
handset: $(OUT)/muster-xs.elf
checks: $(OUT)/crypto-bench.elf $(OUT)/board-check.elf

$(OUT)/muster-xs.elf: $(XS_OBJECTS) $(HOST_OBJECTS) $(BOARD_OBJECTS) $(OUT)/libsodium.a $(OUT)/liblwip.a \
    $(HERE)/rv32/chip.ld
	$(LINK) $(filter-out %.ld,$^) -lm -o $@.new
	mv $@.new $@
$(OUT)/crypto-bench.elf $(OUT)/board-check.elf: $(OUT)/%.elf: $(OUT)/board/%.o $(BOARD_OBJECTS) \
    $(OUT)/libsodium.a $(OUT)/liblwip.a $(HERE)/rv32/chip.ld
	$(LINK) $(filter-out %.ld,$^) -o $@.new
	mv $@.new $@

# Written anew only where it changes.
$(OUT)/natives.gen.c $(OUT)/mc.xs.h &: generated
	@mkdir -p $(OUT)
	@awk -v out=$(OUT) -f $(HERE)/engine/natives.awk $(addprefix $(HERE)/device/,$(DEVICE_C)) \
	  $(addprefix $(NATIVE)/,$(NATIVE_C)) /dev/null

# XS reports each collection: from that the arena knows what was live.
$(OUT)/xs/xsMemory.o: XS_FLAGS += -DmxReport=1 -DfxReport=arenaReport
$(OUT)/xs/%.o: $(XS)/sources/%.c $(HERE)/engine/platform.h
	@mkdir -p $(@D)
	$(CC) $(OPT) $(SECTIONS) -w $(XS_FLAGS) $(addprefix -I,$(XS_INCLUDES)) -c $< -o $@
$(OUT)/engine/%.o: $(HERE)/engine/%.c
	@mkdir -p $(@D)
	$(CC) $(HOST_FLAGS) -c $< -o $@
$(OUT)/device/%.o: $(HERE)/device/%.c | $(OUT)/mc.xs.h
	@mkdir -p $(@D)
	$(CC) $(HOST_FLAGS) -c $< -o $@
$(OUT)/native/%.o: $(NATIVE)/%.c $(SODIUM_VERSION) | $(OUT)/mc.xs.h
	@mkdir -p $(@D)
	$(CC) $(HOST_FLAGS) -c $< -o $@
$(OUT)/natives.gen.o: $(OUT)/natives.gen.c
	$(CC) $(HOST_FLAGS) -c $< -o $@
$(OUT)/main.o: $(HERE)/rv32/main.c
	$(CC) $(HOST_FLAGS) -c $< -o $@

# ---- libraries and board

$(OUT)/libsodium.a: $(SODIUM_OBJECTS)
	rm -f $@ && $(AR) rcs $@ $^
$(OUT)/liblwip.a: $(LWIP_OBJECTS)
	rm -f $@ && $(AR) rcs $@ $^

# What configure would make of version.h.in.
$(SODIUM_VERSION): $(SODIUM)/include/sodium/version.h.in
	@mkdir -p $(@D)
	sed -e 's/@VERSION@/1.0.18/; s/@SODIUM_LIBRARY_VERSION_MAJOR@/10/; s/@SODIUM_LIBRARY_VERSION_MINOR@/3/' \
	  -e 's/@SODIUM_LIBRARY_MINIMAL_DEF@//' $< > $@

$(OUT)/sodium/%.o: $(SODIUM)/%.c $(SODIUM_VERSION) $(HERE)/rv32/sodium/board-random.h
	@mkdir -p $(@D)
	$(CC) $(SODIUM_OPT) $(SODIUM_FLAGS) -c $< -o $@
$(OUT)/sodium/board-random.o: $(HERE)/rv32/sodium/board-random.c $(SODIUM_VERSION)
	@mkdir -p $(@D)
	$(CC) $(OWN_FLAGS) $(SODIUM_INCLUDES) -I$(HERE) -c $< -o $@
$(OUT)/lwip/%.o: $(LWIP)/%.c $(HERE)/rv32/lwip/lwipopts.h $(HERE)/rv32/lwip/arch/cc.h
	@mkdir -p $(@D)
	$(CC) $(OPT) $(SECTIONS) -w $(LWIP_FLAGS) -c $< -o $@
$(OUT)/board/%.o: $(HERE)/rv32/%.c $(SODIUM_VERSION)
	@mkdir -p $(@D)
	$(CC) $(BOARD_FLAGS) -c $< -o $@

-include $(wildcard $(OUT)/board/*.d $(OUT)/engine/*.d $(OUT)/device/*.d $(OUT)/native/*.d $(OUT)/*.d)
