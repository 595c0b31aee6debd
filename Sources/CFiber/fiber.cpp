#include "CFiber.h"

#include <cstddef>
#include <memory>
#include <new>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>
#include <vector>

#if defined(__clang__)
// The thread sanitizer counts what is entered and left: a function that one fiber enters and another leaves must not be counted.
#pragma clang diagnostic ignored "-Wignored-attributes"
#pragma clang attribute push(__attribute__((disable_sanitizer_instrumentation)), apply_to = function)
#endif

#include "stack_notices.h"

#include <boost/context/fiber.hpp>
#include <boost/context/preallocated.hpp>

namespace {

namespace context = boost::context;

// Stacks belong to the set, which gives them back all at once.
struct kept_stack {
    void deallocate(context::stack_context &) noexcept {}
};

// A fiber handle that is not destroyed with what holds it: the destructor of a suspended fiber would unwind its
// stack, which frames of Swift do not take part in.
struct slot {
    alignas(context::fiber) unsigned char bytes[sizeof(context::fiber)];
    stack_notices notices;
    slot() { new (bytes) context::fiber(); }
    context::fiber &fiber() { return *std::launder(reinterpret_cast<context::fiber *>(bytes)); }
};

} // namespace

struct cfiber_set {
    // The last is the thread's own context.
    std::vector<slot> slots;
    // Near the end of each one's stack; null before the first switch from it. Apart, so that all stay in the host's caches.
    std::vector<const unsigned char *> tops;
    // Who runs, and who ran before the last switch.
    int32_t running;
    int32_t previous;
    unsigned char *stacks;
    size_t stack_stride;
    size_t guard;

    slot &at(int32_t fiber) { return slots[fiber < 0 ? slots.size() - 1 : static_cast<size_t>(fiber)]; }
};

static void release_stacks(cfiber_set *set) {
    munmap(set->stacks, set->stack_stride * (set->slots.size() - 1) + set->guard);
}

extern "C" cfiber_set *cfiber_set_create(int32_t count, size_t stack_bytes) {
    const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    const size_t stack = (stack_bytes + page - 1) / page * page;
    auto set = std::unique_ptr<cfiber_set>(new (std::nothrow) cfiber_set());
    if (!set) return nullptr;
    try {
        set->slots.resize(static_cast<size_t>(count) + 1);
        set->tops.resize(static_cast<size_t>(count) + 1);
    } catch (const std::bad_alloc &) {
        return nullptr;
    }
    set->stack_stride = stack + page;
    set->guard = page;
    set->running = set->previous = CFIBER_MAIN;
    void *stacks = mmap(nullptr, set->stack_stride * static_cast<size_t>(count) + page, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (stacks == MAP_FAILED) return nullptr;
    set->stacks = static_cast<unsigned char *>(stacks);
    for (int32_t fiber = 0; fiber < count; ++fiber) {
        // The system may not allow so many pieces of memory.
        if (mprotect(set->stacks + set->stack_stride * static_cast<size_t>(fiber), page, PROT_NONE) == 0) continue;
        release_stacks(set.get());
        return nullptr;
    }
    return set.release();
}

namespace {

// What a fiber runs; not a lambda, which the pragma above would not reach.
struct entry {
    cfiber_set *set;
    int32_t fiber;
    cfiber_body body;
    void *argument;

    context::fiber operator()(context::fiber &&from) {
        set->at(fiber).notices.enter_from(set->at(set->previous).notices);
        set->at(set->previous).fiber() = std::move(from);
        const int32_t next = body(argument, fiber);
        set->previous = fiber;
        set->running = next;
        set->at(fiber).notices.end_for(set->at(next).notices);
        // Left as if it would go on, which it never does: nothing on its stack is left to be released, and what called this
        // does not return on a stack that a sanitizer takes for another's.
        return std::move(set->at(next).fiber()).resume();
    }
};

} // namespace

extern "C" void cfiber_prepare(cfiber_set *set, int32_t fiber, cfiber_body body, void *argument) {
    unsigned char *bottom = set->stacks + set->stack_stride * static_cast<size_t>(fiber) + set->guard;
    // Equal offsets in the page would make all fibers compete for the same sets of the host's caches. Larger
    // steps would spread them further, but have more stacks in use on two pages at once.
    const size_t size = set->stack_stride - set->guard - static_cast<size_t>(fiber) % 8 * 64;
    context::stack_context stack;
    stack.sp = bottom + size;
    stack.size = size;
    set->at(fiber).notices.destroy();
    set->at(fiber).notices.prepare(bottom, size);
    // In place of what is there, which is not destroyed: a fiber that has not ended is abandoned.
    new (set->at(fiber).bytes) context::fiber(
        std::allocator_arg, context::preallocated(stack.sp, stack.size, stack), kept_stack(),
        entry{set, fiber, body, argument});
}

extern "C" void cfiber_switch(cfiber_set *set, int32_t to) {
    set->previous = set->running;
    set->running = to;
    slot &own = set->at(set->previous);
    set->tops[static_cast<size_t>(&own - set->slots.data())] = static_cast<const unsigned char *>(__builtin_frame_address(0));
    own.notices.leave_for(set->at(to).notices);
    context::fiber from = std::move(set->at(to).fiber()).resume();
    own.notices.enter_from(set->at(set->previous).notices);
    // Whoever switched here is suspended now, or has ended.
    set->at(set->previous).fiber() = std::move(from);
}

extern "C" void cfiber_prefetch(const cfiber_set *set, int32_t fiber) {
    const unsigned char *top = set->tops[static_cast<size_t>(fiber)];
    if (!top) return;
    // What the switch itself has saved lies below, its callers' frames above.
    for (ptrdiff_t line = -2; line < 6; ++line) __builtin_prefetch(top + 64 * line, 1);
}

extern "C" void cfiber_set_destroy(cfiber_set *set) {
    for (slot &each : set->slots) each.notices.destroy();
    release_stacks(set);
    delete set;
}

#if defined(__clang__)
#pragma clang attribute pop
#endif
