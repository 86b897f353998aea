package dev.freshet.server.api;

/** Why a request is not answered; each transport has its own word for it, and the meters have these. */
public enum Refusal {
    /** The request is wrong, whoever it is sent to. */
    INVALID_ARGUMENT,
    /** More than one request may hold. */
    TOO_LARGE,
    /** No such model, version or path. */
    NOT_FOUND,
    /** What was asked for does not go with the state; after a change of that it may. */
    FAILED_PRECONDITION,
    /** More requests wait than the server will hold; another try makes sense in a while. */
    OVERLOADED,
    /** The caller's time was up before the request was scored. */
    DEADLINE_EXCEEDED,
    /** The caller has gone away. */
    CANCELLED,
    /** Nothing is loaded yet, or the server is closing. */
    UNAVAILABLE,
    /** A fault of the server, whose log says more. */
    INTERNAL
}
