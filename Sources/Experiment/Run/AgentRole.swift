/// Which of a repeat's agents a processor is.
enum AgentRole: Equatable, Sendable {
    case producer(Int)
    case device(Int)
    /// Looks after the clock, and takes no part.
    case keeper
}
