package dev.freshet.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class PlotTest {
    private static final Summary SUMMARY = new Summary(
            "2 × a processor of <others> & us",
            List.of(
                    Row.against("train a", 40, "images/s", 10, "libtorch"),
                    Row.against("train b", 5, "images/s", 10, "libtorch"),
                    Row.alone("train c", 7, "images/s")));

    @Test
    void barsBeginAtOneAndGoTowardsWhoIsFaster() throws Exception {
        // When
        List<Element> bars = bars(Plot.of(SUMMARY, "ours & theirs"));

        // Then
        assertThat(bars).hasSize(2);
        double one = number(bars.get(0), "x");
        assertThat(number(bars.get(1), "x") + number(bars.get(1), "width")).isCloseTo(one, within(0.11));
        // Four times as fast is twice as far as half as fast, on a logarithmic scale.
        assertThat(number(bars.get(0), "width") / number(bars.get(1), "width")).isCloseTo(2, within(0.01));
    }

    @Test
    void aSummaryWithoutBaselinesIsStillAPicture() throws Exception {
        assertThat(bars(Plot.of(new Summary("a machine", List.of()), "nothing")))
                .isEmpty();
    }

    /** All rectangles but the background. */
    private static List<Element> bars(String svg) throws Exception {
        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        NodeList rectangles = document.getElementsByTagName("rect");
        List<Element> bars = new ArrayList<>();
        for (int i = 1; i < rectangles.getLength(); i++) {
            bars.add((Element) rectangles.item(i));
        }
        return bars;
    }

    private static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }
}
