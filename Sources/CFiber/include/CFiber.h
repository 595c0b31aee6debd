// Fibers for Swift, on Boost.Context's public interface: a set of them, of which one at a time runs, all on one thread.
#ifndef CFIBER_H
#define CFIBER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cfiber_set cfiber_set;

// What a fiber runs. Returns the number of the fiber to go on with, or CFIBER_MAIN.
typedef int32_t (*cfiber_body)(void *argument, int32_t fiber);

// The thread that made the set.
enum { CFIBER_MAIN = -1 };

// A set of `count` fibers, each with a stack of at least `stack_bytes` and a guard page below it. NULL when there is no memory.
cfiber_set *cfiber_set_create(int32_t count, size_t stack_bytes);

// Makes fiber `fiber` ready to run `body(argument, fiber)` at the next switch to it. One that has not ended is abandoned: nothing on its
// stack is unwound or released. Not for the running fiber.
void cfiber_prepare(cfiber_set *set, int32_t fiber, cfiber_body body, void *argument);

// Leaves the running context for `to`, which must be prepared and not ended, or CFIBER_MAIN; returns at the next switch back.
void cfiber_switch(cfiber_set *set, int32_t to);

// Asks the host for the part of its stack that a suspended fiber needs first. A hint: `fiber` will be switched to soon.
void cfiber_prefetch(const cfiber_set *set, int32_t fiber);

// Gives all memory back. Fibers that have not ended are abandoned: nothing on their stacks is unwound or released.
void cfiber_set_destroy(cfiber_set *set);

#ifdef __cplusplus
}
#endif

#endif
