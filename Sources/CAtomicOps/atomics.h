/*
 * libatomic_ops for Swift.
 *
 * The library's operations are macros or overload families keyed on AO_t, which Swift cannot import.
 * Here is one inline function per operation, width and ordering that the project uses. AO_t is
 * size_t-wide; the 64-bit functions re-type it to uint64_t, which is sound only where both have the
 * same size and representation, hence the check below.
 */
#ifndef CMDQSIM_ATOMICS_H
#define CMDQSIM_ATOMICS_H

#include <stdint.h>
#include <atomic_ops.h>

_Static_assert(sizeof(AO_t) == sizeof(uint64_t), "a 64-bit AO_t is required");
_Static_assert(sizeof(unsigned int) == sizeof(uint32_t), "a 32-bit int is required");

#define CAO_INLINE static inline __attribute__((always_inline))
#define CAO_32(p) ((volatile unsigned int *)(p))
#define CAO_64(p) ((volatile AO_t *)(p))

/* Loads */
CAO_INLINE uint32_t cao_load32(const volatile uint32_t *p) { return AO_int_load(CAO_32(p)); }
CAO_INLINE uint32_t cao_load32_acquire(const volatile uint32_t *p) { return AO_int_load_acquire(CAO_32(p)); }
CAO_INLINE uint64_t cao_load64(const volatile uint64_t *p) { return AO_load(CAO_64(p)); }
CAO_INLINE uint64_t cao_load64_acquire(const volatile uint64_t *p) { return AO_load_acquire(CAO_64(p)); }

/* Stores */
CAO_INLINE void cao_store32(volatile uint32_t *p, uint32_t v) { AO_int_store(CAO_32(p), v); }
CAO_INLINE void cao_store32_release(volatile uint32_t *p, uint32_t v) { AO_int_store_release(CAO_32(p), v); }
CAO_INLINE void cao_store64(volatile uint64_t *p, uint64_t v) { AO_store(CAO_64(p), v); }
CAO_INLINE void cao_store64_release(volatile uint64_t *p, uint64_t v) { AO_store_release(CAO_64(p), v); }

/* Compare-and-swap; each returns the value found */
CAO_INLINE uint32_t cao_cas32(volatile uint32_t *p, uint32_t o, uint32_t n) { return AO_int_fetch_compare_and_swap(CAO_32(p), o, n); }
CAO_INLINE uint32_t cao_cas32_acquire(volatile uint32_t *p, uint32_t o, uint32_t n) { return AO_int_fetch_compare_and_swap_acquire(CAO_32(p), o, n); }
CAO_INLINE uint32_t cao_cas32_release(volatile uint32_t *p, uint32_t o, uint32_t n) { return AO_int_fetch_compare_and_swap_release(CAO_32(p), o, n); }
CAO_INLINE uint32_t cao_cas32_full(volatile uint32_t *p, uint32_t o, uint32_t n) { return AO_int_fetch_compare_and_swap_full(CAO_32(p), o, n); }
CAO_INLINE uint64_t cao_cas64(volatile uint64_t *p, uint64_t o, uint64_t n) { return AO_fetch_compare_and_swap(CAO_64(p), o, n); }
CAO_INLINE uint64_t cao_cas64_acquire(volatile uint64_t *p, uint64_t o, uint64_t n) { return AO_fetch_compare_and_swap_acquire(CAO_64(p), o, n); }
CAO_INLINE uint64_t cao_cas64_release(volatile uint64_t *p, uint64_t o, uint64_t n) { return AO_fetch_compare_and_swap_release(CAO_64(p), o, n); }
CAO_INLINE uint64_t cao_cas64_full(volatile uint64_t *p, uint64_t o, uint64_t n) { return AO_fetch_compare_and_swap_full(CAO_64(p), o, n); }

/* Fetch-and-add */
CAO_INLINE uint32_t cao_fetch_add32(volatile uint32_t *p, uint32_t v) { return AO_int_fetch_and_add(CAO_32(p), v); }
CAO_INLINE uint32_t cao_fetch_add32_acquire(volatile uint32_t *p, uint32_t v) { return AO_int_fetch_and_add_acquire(CAO_32(p), v); }
CAO_INLINE uint32_t cao_fetch_add32_release(volatile uint32_t *p, uint32_t v) { return AO_int_fetch_and_add_release(CAO_32(p), v); }
CAO_INLINE uint32_t cao_fetch_add32_full(volatile uint32_t *p, uint32_t v) { return AO_int_fetch_and_add_full(CAO_32(p), v); }
CAO_INLINE uint64_t cao_fetch_add64(volatile uint64_t *p, uint64_t v) { return AO_fetch_and_add(CAO_64(p), v); }
CAO_INLINE uint64_t cao_fetch_add64_acquire(volatile uint64_t *p, uint64_t v) { return AO_fetch_and_add_acquire(CAO_64(p), v); }
CAO_INLINE uint64_t cao_fetch_add64_release(volatile uint64_t *p, uint64_t v) { return AO_fetch_and_add_release(CAO_64(p), v); }
CAO_INLINE uint64_t cao_fetch_add64_full(volatile uint64_t *p, uint64_t v) { return AO_fetch_and_add_full(CAO_64(p), v); }

/* Exclusive or; the library's has no result */
CAO_INLINE void cao_xor64(volatile uint64_t *p, uint64_t v) { AO_xor(CAO_64(p), v); }
CAO_INLINE void cao_xor64_acquire(volatile uint64_t *p, uint64_t v) { AO_xor_acquire(CAO_64(p), v); }
CAO_INLINE void cao_xor64_release(volatile uint64_t *p, uint64_t v) { AO_xor_release(CAO_64(p), v); }
CAO_INLINE void cao_xor64_full(volatile uint64_t *p, uint64_t v) { AO_xor_full(CAO_64(p), v); }

/*
 * Fetch-and-and. The library's AO_and has no result, so it is a loop of compare-and-swaps, which is also
 * what x86 compiles it to. The load needs no ordering: the swap that succeeds has it.
 */
#define CAO_FETCH_AND64(name, cas) \
    CAO_INLINE uint64_t name(volatile uint64_t *p, uint64_t v) \
    { \
        uint64_t old = cao_load64(p), found; \
        while ((found = cas(p, old, old & v)) != old) \
            old = found; \
        return old; \
    }
CAO_FETCH_AND64(cao_fetch_and64, cao_cas64)
CAO_FETCH_AND64(cao_fetch_and64_acquire, cao_cas64_acquire)
CAO_FETCH_AND64(cao_fetch_and64_release, cao_cas64_release)
CAO_FETCH_AND64(cao_fetch_and64_full, cao_cas64_full)
#undef CAO_FETCH_AND64

/* Fences: no reordering at all; of loads with loads; of stores with stores */
CAO_INLINE void cao_fence_full(void) { AO_nop_full(); }
CAO_INLINE void cao_fence_read(void) { AO_nop_read(); }
CAO_INLINE void cao_fence_write(void) { AO_nop_write(); }

#endif
