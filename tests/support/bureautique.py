"""Office files of our own, written by hand: what LibreOffice is given when it is tried for real."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MIME_ODT = "application/vnd.oasis.opendocument.text"
OASIS = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text", "manifest"))
DRAWN = ('xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
         ' xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"')  # fmt: skip


def rtf(text: str) -> bytes:
    """A letter as RTF, accents in its own way."""
    said = "".join(letter if ord(letter) < 128 else f"\\u{ord(letter)}?" for letter in text)
    return f"{{\\rtf1\\ansi {said}\\par}}".encode("ascii")


def docx(text: str, template: str = "") -> bytes:
    """A letter as .docx; `template`: the address of the remote model that it says it was made of."""
    parts = {
        "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body>'
                             "</w:document>",
        "_rels/.rels": _relations(("officeDocument", "word/document.xml", "")),
        "word/_rels/document.xml.rels": _relations(("settings", "settings.xml", "")),
        "word/settings.xml": f'<w:settings xmlns:w="{WORD}" xmlns:r="{RELATIONS}"><w:attachedTemplate r:id="r0"/></w:settings>',
        "word/_rels/settings.xml.rels": _relations(("attachedTemplate", template, "External")) if template else _relations(),
    }  # fmt: skip
    base = "application/vnd.openxmlformats-officedocument.wordprocessingml."
    return _packed({**parts, "[Content_Types].xml": _types({"/word/document.xml": f"{base}document.main+xml",
                                                            "/word/settings.xml": f"{base}settings+xml"})})  # fmt: skip


def xlsx(text: str) -> bytes:
    """One cell as .xlsx."""
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{RELATIONS}"><sheets>'
                           '<sheet name="a" sheetId="1" r:id="r0"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SHEET}"><sheetData><row r="1"><c r="A1" t="inlineStr">'
                                    f"<is><t>{text}</t></is></c></row></sheetData></worksheet>",
        "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml", "")),
        "xl/_rels/workbook.xml.rels": _relations(("worksheet", "worksheets/sheet1.xml", "")),
    }  # fmt: skip
    base = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    return _packed({**parts, "[Content_Types].xml": _types({"/xl/workbook.xml": f"{base}sheet.main+xml",
                                                            "/xl/worksheets/sheet1.xml": f"{base}worksheet+xml"})})  # fmt: skip


def odt(text: str, *, picture: str = "", section: str = "") -> bytes:
    """A letter as .odt; `picture`, `section`: addresses of a picture to show and of a file to put in."""
    shown = (f'<text:p><draw:frame svg:width="5cm" svg:height="5cm" text:anchor-type="as-char">'
             f'<draw:image xlink:href="{picture}" xlink:type="simple"'
             ' xlink:show="embed" xlink:actuate="onLoad"/></draw:frame></text:p>') if picture else ""  # fmt: skip
    put = (f'<text:section text:name="s"><text:section-source xlink:href="{section}" xlink:type="simple"/>'
           "<text:p>rien</text:p></text:section>") if section else ""  # fmt: skip
    content = (f'<office:document-content {OASIS} {DRAWN} office:version="1.2"><office:body><office:text><text:p>{text}</text:p>'
               f"{shown}{put}</office:text></office:body></office:document-content>")  # fmt: skip
    entries = "".join(f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{mime}"/>'
                      for path, mime in (("/", MIME_ODT), ("content.xml", "text/xml")))  # fmt: skip
    manifest = f'<manifest:manifest {OASIS} manifest:version="1.2">{entries}</manifest:manifest>'
    return _packed({"mimetype": MIME_ODT, "content.xml": content, "META-INF/manifest.xml": manifest})


def _relations(*targets: tuple[str, str, str]) -> str:
    each = "".join(
        f'<Relationship Id="r{rank}" Type="{RELATIONS}/{kind}" Target="{target}"' + (f' TargetMode="{mode}"/>' if mode else "/>")
        for rank, (kind, target, mode) in enumerate(targets)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{each}</Relationships>'


def _types(parts: Mapping[str, str]) -> str:
    each = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in parts.items())
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'<Types xmlns="{PACKAGE}/content-types">{rels}<Default Extension="xml" ContentType="application/xml"/>{each}</Types>'


def _packed(parts: Mapping[str, str]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()
