// What the thread and the address sanitizer must be told of fibers: they follow each by its own stack of calls, and a
// switch happens behind their backs. Without a sanitizer nothing is left of it.
#ifndef CFIBER_STACK_NOTICES_H
#define CFIBER_STACK_NOTICES_H

#include <cstddef>

#if defined(__SANITIZE_THREAD__)
#define CFIBER_THREAD_SANITIZER 1
#elif defined(__SANITIZE_ADDRESS__)
#define CFIBER_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define CFIBER_THREAD_SANITIZER 1
#elif __has_feature(address_sanitizer)
#define CFIBER_ADDRESS_SANITIZER 1
#endif
#endif

#if defined(CFIBER_THREAD_SANITIZER)

#include <sanitizer/tsan_interface.h>

// One context, a fiber's or the thread's own.
class stack_notices {
    void *fiber = nullptr;
    bool is_own = false;

public:
    void prepare(unsigned char *, size_t) {
        fiber = __tsan_create_fiber(0);
        is_own = true;
    }
    // The last before the switch: what comes after it counts to `to`.
    void leave_for(stack_notices &to) {
        if (!is_own) fiber = __tsan_get_current_fiber();
        __tsan_switch_to_fiber(to.fiber, 0);
    }
    void end_for(stack_notices &to) { leave_for(to); }
    void enter_from(stack_notices &) {}
    void destroy() {
        if (is_own) __tsan_destroy_fiber(fiber);
    }
};

#elif defined(CFIBER_ADDRESS_SANITIZER)

#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>

class stack_notices {
    const void *bottom = nullptr;
    size_t size = 0;
    void *fake_stack = nullptr;

public:
    void prepare(unsigned char *stack, size_t bytes) {
        bottom = stack;
        size = bytes;
        __asan_unpoison_memory_region(stack, bytes);
    }
    void leave_for(stack_notices &to) { __sanitizer_start_switch_fiber(&fake_stack, to.bottom, to.size); }
    void end_for(stack_notices &to) { __sanitizer_start_switch_fiber(nullptr, to.bottom, to.size); }
    // The first after the switch. Where `from` is the thread's own context, this is how its stack gets known.
    void enter_from(stack_notices &from) {
        __sanitizer_finish_switch_fiber(fake_stack, &from.bottom, &from.size);
        fake_stack = nullptr;
    }
    // What abandoned frames have marked would be found by who gets the memory next.
    void destroy() {
        if (size != 0) __asan_unpoison_memory_region(bottom, size);
    }
};

#else

class stack_notices {
public:
    void prepare(unsigned char *, size_t) {}
    void leave_for(stack_notices &) {}
    void end_for(stack_notices &) {}
    void enter_from(stack_notices &) {}
    void destroy() {}
};

#endif

#endif
