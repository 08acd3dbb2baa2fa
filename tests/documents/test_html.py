"""HTML bodies as lines a person would read."""

import time

import pytest

from documents.html import html_to_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One<p>Two", "One\n\nTwo"),
        ("<div>One</div><div>Two<br>Three</div>", "One\nTwo\nThree"),
        ("<div>One</div><div><br></div><div>Two</div>", "One\n\nTwo"),
        ("<p class=MsoNormal>One<o:p></o:p></p><p class=MsoNormal>Two</p>", "One\nTwo"),
        ("<p class=MsoNormal>One</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>Two</p>", "One\n\nTwo"),
        ("<b>40</b> <i>valves</i>,\n  brass&nbsp;&amp; steel &lt;5&gt;", "40 valves, brass & steel <5>"),
        ("<head><title>x</title><style>p{}</style></head><script>if(a<b){}</script>Text<!-- no -->", "Text"),
        ("<table><tr><th>Art<th>Qty</tr><tr><td>Valve <b>DN50</b><td>40</table>", "Art | Qty\nValve DN50 | 40"),
        ("<table><tr><td>Valve<td><td>40<td></tr></table>", "Valve |  | 40"),
        ("<table><tr><td><p>Valve</p></td><td><div>40</div></td></tr></table>", "Valve | 40"),
        (
            "<table><tr><td>Jan<br>De Vries B.V.<br>020 1</td><td>[logo]</td></tr></table>",
            "Jan\nDe Vries B.V.\n020 1\n[logo]",
        ),
        ("<table><tr><td><table><tr><td>a<td>b</tr><tr><td>c<td>d</table></td></tr></table>", "a | b\nc | d"),
        ("<table><tr><td>a<td>b", "a | b"),
        ("<td>a</td><td>b</td>", "a b"),
        (
            "<table><tr><td>10<td><p>Valve<p>brass<p>DN50<td>4<td>12,50<tr><td>20<td>Tap<td><td>5</table>",
            "10 | Valve brass DN50 | 4 | 12,50\n20 | Tap |  | 5",
        ),
        ("<table><tr><td colspan='2'>Total<td>5<tr><td>1<td>Valve<td>5</table>", "Total |  | 5\n1 | Valve | 5"),
        (
            "<table><tr><td>a<td><table><tr><td>1<td>2<tr><td>3<td>4<tr><td>5<td>6</table><td>b</table>",
            "a\n1 | 2\n3 | 4\n5 | 6\nb",
        ),
        ("<ul><li>40 valves<li>5 taps</ul>", "- 40 valves\n- 5 taps"),
        ("See <a href='https://track.example/x'>our site</a>", "See our site"),
        ("<a href='mailto:jan@x.example?subject=y'>Jan</a>", "Jan <jan@x.example>"),
        ("<a href='mailto:jan@x.example'>jan@x.example</a>", "jan@x.example"),
        ("<img src=x alt='De Vries'> <img src=y> <img alt='😊'>", "[image: De Vries] 😊"),
        (
            "Yes.<blockquote type=cite>Is 40<br>right?<blockquote type=cite>40</blockquote></blockquote>No.",
            "Yes.\n\n> Is 40\n> right?\n>\n>> 40\n>\nNo.",
        ),
        ("We need:<blockquote>40 valves</blockquote>soon", "We need:\n\n40 valves\n\nsoon"),
        ("<pre>40  valves\n\n 5 taps</pre>", "40  valves\n\n5 taps"),
        ("One<hr>Two", "One\n--------------------\nTwo"),
        ("5 < 6 and <info@x.example> or <unclosed", "5 < 6 and <info@x.example> or <unclosed"),
        ('<p style="color:red>40 valves</p>', "40 valves"),
        ("40 <!-- valves", "40 <!-- valves"),
        ("<script>40 valves", "40 valves"),
        ("</div></table></td></blockquote></a>40", "40"),
        ("", ""),
    ],
)
def test_lines(markup: str, text: str) -> None:
    assert html_to_text(markup) == text


@pytest.mark.parametrize(
    "evil",
    [
        "<!--" * 50_000,
        '<a href="' * 50_000,
        "<a " + "a" * 400_000 + ">",
        "<table><tr><td>" * 10_000,
        "<blockquote type=cite>" * 10_000 + "x" + "</blockquote>" * 10_000,
        "<script>" * 30_000,
        "<a href=mailto:x>t" * 10_000 + "</a>" * 10_000,
        "&" * 200_000,
    ],
    ids=lambda evil: evil[:12],
)
def test_hostile_markup_takes_linear_time(evil: str) -> None:
    start = time.perf_counter()
    html_to_text(evil)
    assert time.perf_counter() - start < 3
