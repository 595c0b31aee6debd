import CAtomicOps
import Glibc

extension NativeThreads {
    /// The number by which the operating system knows the calling thread.
    package static var currentIdentifier: Int { Int(cao_thread_identifier()) }

    /// Nanoseconds for which this process's threads have had processors, in all.
    package static var processorNanoseconds: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}
