package dev.freshet.server.rest;

import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServiceErrorHandler;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.freshet.server.api.Refusal;
import dev.freshet.server.api.RefusedException;
import org.jspecify.annotations.Nullable;

/** What goes wrong before or beside a service, in the protocol's JSON. */
final class ErrorAnswers implements ServiceErrorHandler {
    @Override
    public @Nullable HttpResponse onServiceException(ServiceRequestContext context, Throwable cause) {
        if (cause instanceof RequestTimeoutException) {
            return Json.error(new RefusedException(Refusal.DEADLINE_EXCEEDED, "the request's time was up"));
        }
        HttpStatus code = cause instanceof HttpStatusException failed ? failed.httpStatus() : null;
        if (cause instanceof ContentTooLargeException || HttpStatus.REQUEST_ENTITY_TOO_LARGE.equals(code)) {
            return Json.error(new RefusedException(
                    Refusal.TOO_LARGE, "the request has more than " + context.maxRequestLength() + " bytes"));
        }
        // Where there is no status, the server's own way, which logs it.
        return code == null ? null : Json.error(code, code.reasonPhrase());
    }
}
