package dev.freshet.server.rest;

import com.linecorp.armeria.common.HttpResponse;
import dev.freshet.server.api.Answer;
import dev.freshet.server.http.Exchange;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How an exchange ends: with an answer or with the protocol's error. Stateless. */
final class Answers {
    private Answers() {}

    /** @param body writes an answer */
    static BiFunction<@Nullable Answer, @Nullable Throwable, HttpResponse> written(
            Exchange exchange, Function<Answer, HttpResponse> body) {
        return (answer, failure) -> {
            if (answer == null) {
                return Json.error(exchange.refused(failure == null ? new IllegalStateException("no answer") : failure));
            }
            HttpResponse response = body.apply(answer);
            exchange.answered(answer);
            return response;
        };
    }
}
