"""JUnit XML, which script/test_total.py counts."""

import xml.sax.saxutils as escape


def write(file, suite, results):
    """`results`: pairs of a name and what is wrong with it, which is empty when nothing is."""
    file.parent.mkdir(parents=True, exist_ok=True)
    cases = (f"<testcase name={escape.quoteattr(name)}>" + (f"<failure message={escape.quoteattr(problem)}/>" if problem else "") + "</testcase>\n"
             for name, problem in results)
    file.write_text(f"<testsuite name={escape.quoteattr(suite)}>\n" + "".join(cases) + "</testsuite>\n", encoding="utf-8")
