"""JUnit XML, which script/test_total.py counts."""

import xml.sax.saxutils as escape


def write(file, suite, results):
    """`results`: pairs of a name and what is wrong with it, which is empty when nothing is."""
    file.parent.mkdir(parents=True, exist_ok=True)
    cases = (f"<testcase name={escape.quoteattr(name)}>" + (f"<failure message={escape.quoteattr(problem)}/>" if problem else "") + "</testcase>\n"
             for name, problem in results)
    file.write_text(f"<testsuite name={escape.quoteattr(suite)}>\n" + "".join(cases) + "</testsuite>\n", encoding="utf-8")


def conclude(suite, results, file):
    """Prints what is wrong and how many are right, writes them into `file` where there is one; the status to exit with."""
    failed = [(name, problem) for name, problem in results if problem]
    for name, problem in failed:
        print(f"FAILED: {name}: {problem}")
    if file:
        write(file, suite, results)
    print(f"{len(results) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0
