/* What a waiting processor does between two looks, and where a thread runs: no header of Swift's has these. */
#ifndef CMDQSIM_CPU_H
#define CMDQSIM_CPU_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <pthread.h>
#include <sched.h>

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

/*
 * Binds the calling thread to the nth processor (from 0, modulo their number) of those that the
 * process may run on. Returns 0, or an errno value.
 */
static inline int cao_pin_to_nth_allowed_processor(int nth)
{
    cpu_set_t allowed, one;
    int error = pthread_getaffinity_np(pthread_self(), sizeof allowed, &allowed);
    if (error)
        return error;
    int count = CPU_COUNT(&allowed);
    if (count < 1)
        return 22;
    nth %= count;
    for (int processor = 0; processor < CPU_SETSIZE; processor++) {
        if (!CPU_ISSET(processor, &allowed) || nth-- > 0)
            continue;
        CPU_ZERO(&one);
        CPU_SET(processor, &one);
        return pthread_setaffinity_np(pthread_self(), sizeof one, &one);
    }
    return 22;
}

/* How many processors the process may run on; at least 1. */
static inline int cao_allowed_processor_count(void)
{
    cpu_set_t allowed;
    if (pthread_getaffinity_np(pthread_self(), sizeof allowed, &allowed) || CPU_COUNT(&allowed) < 1)
        return 1;
    return CPU_COUNT(&allowed);
}

#endif
