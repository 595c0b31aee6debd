/* What a waiting processor does between two looks, and where a thread runs: Swift's C library has neither. */
#ifndef CMDQSIM_CPU_H
#define CMDQSIM_CPU_H

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The processor's spin-wait hint. */
static inline __attribute__((always_inline)) void cao_cpu_relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("yield" ::: "memory");
#else
    __asm__ __volatile__("" ::: "memory");
#endif
}

/* A hint that the line at p will be read soon; of no other effect. */
static inline __attribute__((always_inline)) void cao_prefetch_for_reading(const void *p)
{
    __builtin_prefetch(p, 0, 3);
}

/* A hint that the line at p will be written soon; of no other effect. */
static inline __attribute__((always_inline)) void cao_prefetch_for_writing(const void *p)
{
#if defined(__x86_64__)
    /* The compiler has it only for processors that it is told of; every x86-64 takes it, if only as a no-op. */
    __asm__ __volatile__("prefetchw %0" : : "m"(*(const char *)p));
#else
    __builtin_prefetch(p, 1, 3);
#endif
}

/*
 * A set of processors, as the kernel's calls take it: bit p of the array of words. The C library hides
 * its own type and macros from modules built without _GNU_SOURCE, hence the calls by number.
 */
#define CAO_PROCESSORS 4096
#define CAO_WORD_BITS (8 * (int)sizeof(unsigned long))
struct cao_processor_set { unsigned long words[CAO_PROCESSORS / (8 * sizeof(unsigned long))]; };

static inline int cao_allowed_processors(struct cao_processor_set *set)
{
    for (int i = 0; i < CAO_PROCESSORS / CAO_WORD_BITS; i++)
        set->words[i] = 0;
    if (syscall(SYS_sched_getaffinity, 0, sizeof *set, set) < 0)
        return 0;
    int count = 0;
    for (int i = 0; i < CAO_PROCESSORS / CAO_WORD_BITS; i++)
        count += __builtin_popcountl(set->words[i]);
    return count;
}

/* How many processors the calling thread may run on; at least 1. */
static inline int cao_allowed_processor_count(void)
{
    struct cao_processor_set allowed;
    int count = cao_allowed_processors(&allowed);
    return count < 1 ? 1 : count;
}

/*
 * Binds the calling thread to the nth (from 0, modulo their number) of the processors that it may run
 * on. Returns 0, or an errno value.
 */
static inline int cao_pin_to_nth_allowed_processor(int nth)
{
    struct cao_processor_set allowed, one;
    int count = cao_allowed_processors(&allowed);
    if (count < 1)
        return EINVAL;
    nth %= count;
    for (int p = 0; p < CAO_PROCESSORS; p++) {
        if (!(allowed.words[p / CAO_WORD_BITS] >> (p % CAO_WORD_BITS) & 1) || nth-- > 0)
            continue;
        for (int i = 0; i < CAO_PROCESSORS / CAO_WORD_BITS; i++)
            one.words[i] = 0;
        one.words[p / CAO_WORD_BITS] = 1ul << (p % CAO_WORD_BITS);
        return syscall(SYS_sched_setaffinity, 0, sizeof one, &one) < 0 ? errno : 0;
    }
    return EINVAL;
}

/* The number that the kernel knows the calling thread by, as in /proc/self/task. */
static inline int cao_thread_identifier(void)
{
    return (int)syscall(SYS_gettid);
}

#endif
