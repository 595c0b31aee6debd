import Glibc

/// The operating system's locks of one run, by number.
///
/// Unsafe, and sound because the locks are initialized once, at addresses that stay until the last
/// reference is gone, and are touched by pthread functions only.
@usableFromInline
package final class MutexSet: @unchecked Sendable {
    private let mutexes: UnsafeMutableBufferPointer<pthread_mutex_t>

    package init(count: Int) {
        mutexes = .allocate(capacity: count)
        mutexes.initialize(repeating: pthread_mutex_t())
        for index in mutexes.indices {
            pthread_mutex_init(mutexes.baseAddress! + index, nil)
        }
    }

    deinit {
        for index in mutexes.indices {
            pthread_mutex_destroy(mutexes.baseAddress! + index)
        }
        mutexes.deallocate()
    }

    @usableFromInline
    func lock(_ number: Int) {
        let error = pthread_mutex_lock(pointer(number))
        precondition(error == 0, "pthread_mutex_lock: \(error)")
    }

    @usableFromInline
    func unlock(_ number: Int) {
        let error = pthread_mutex_unlock(pointer(number))
        precondition(error == 0, "pthread_mutex_unlock: \(error)")
    }

    private func pointer(_ number: Int) -> UnsafeMutablePointer<pthread_mutex_t> {
        precondition(mutexes.indices.contains(number))
        return mutexes.baseAddress! + number
    }
}
