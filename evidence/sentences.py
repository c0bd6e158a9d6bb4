"""Why a file is refused, as the person reads it: the code that the child process answers, and its sentence. And what
whoever runs a command reads when the bucket of files is away."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

if TYPE_CHECKING:
    from evidence.bucket import Away

# %(what)s is the part of the file that gave the reason.
SENTENCES = {
    "empty": _("The file is empty. Choose the file again, or check that it opens on your computer."),
    "damaged": _(
        "The file is damaged or was cut off. Open it on your computer, save it again and attach that."
    ),
    "password": _("The file is protected by a password. Save it without a password and attach that."),
    "unknown": _(
        "This kind of file cannot be taken. Send it as PDF, JPEG, PNG, WebP, Word, Excel, PowerPoint, "
        "CSV or text."
    ),
    "archive": _("This is an archive (such as ZIP). Take the files out and attach each of them."),
    "ole": _(
        "This is an old Office file (.doc, .xls, .ppt) or one with a password. Save it as .docx, .xlsx "
        "or .pptx without a password, or as PDF."
    ),
    "program": _("This is a program, not a document. Programs are not taken."),
    "script": _("This is a script, not a document. Scripts are not taken."),
    "rtf": _("This is an RTF file. Save it as .docx or PDF and attach that."),
    "other_picture": _("This kind of picture or film cannot be taken. Save the picture as JPEG or PNG."),
    "markup": _(
        "This is a web page or a drawing with markup (HTML, SVG, XML). Print it to PDF and attach that."
    ),
    "formula": _(
        "A cell in this table would start another program (%(what)s). Remove it and save the table again."
    ),
    "polyglot": _(
        "A second file is hidden in this file (%(what)s). Save the document again with its own program "
        "and attach that."
    ),
    "bomb": _(
        "The file unpacks to far more than a document needs (%(what)s). Save it again with its own "
        "program, or as PDF."
    ),
    "macro": _(
        "The file contains macros (%(what)s). Save it without macros (.docx, .xlsx, .pptx, or ODF) and "
        "attach that."
    ),
    "activex": _("The file contains active controls (%(what)s). Remove them, or save it as PDF."),
    "ole_inside": _(
        "An object of another program is embedded in the file (%(what)s). Remove it or turn it into a "
        "picture, or save the file as PDF."
    ),
    "file_inside": _("A file is embedded in this file (%(what)s). Remove it, and attach it by itself."),
    "external": _(
        "The file fetches something from elsewhere when it is opened (%(what)s). Break the link or paste"
        " the values, and save it again."
    ),
    "template": _(
        "The file loads its template from the network (%(what)s). Attach a normal template and save it "
        "again, or save it as PDF."
    ),
    "connection": _(
        "The workbook fetches data from elsewhere (%(what)s). Remove the data connections, keep the "
        "values, and save it again."
    ),
    "dde": _(
        "The file starts another program through a DDE field (%(what)s). Remove the field and save it again."
    ),
    "entities": _(
        "The file contains XML definitions that a document does not need (%(what)s). Save it again with "
        "its own program."
    ),
    "pdf_javascript": _("The PDF contains JavaScript. Print it to PDF and attach that."),
    "pdf_launch": _("The PDF starts another program. Print it to PDF and attach that."),
    "pdf_sends": _(
        "The PDF is a form that sends what is typed to another place. Print it to PDF and attach that."
    ),
    "pdf_media": _("The PDF contains sound, film or 3D. Print it to PDF and attach that."),
    "pdf_xfa": _("The PDF is a dynamic form (XFA). Print it to PDF and attach that."),
    "pdf_attachment": _("Another file is attached inside the PDF. Remove it, and attach it here by itself."),
    "pdf_automatic": _(
        "The PDF does something by itself when it is opened (%(what)s). Print it to PDF and attach that."
    ),
    "cannot_be_checked": _(
        "The file cannot be checked: it is too complicated or damaged. Save it again, or print it to PDF"
        " in smaller parts."
    ),
}


def bucket_away(away: "Away") -> str:
    """For a command that ends because of it."""
    return gettext(
        "The bucket of files does not answer (%(fault)s). manage.py doctor files says what to do."
    ) % {"fault": away}
