"""PPTX: each slide's title, text, tables and charts, and what its speaker is to say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER
from pptx.slide import Slide

from resonance.sources.assets.blocks import Block, Document, first_title, one_line, row_text
from resonance.sources.assets.package import open_package

# Repeated on every slide.
FURNITURE = {PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER}
DIAGRAM = "/diagramData"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def read(data: bytes) -> Document:
    presentation = Presentation(open_package(data, "ppt/", "PowerPoint"))
    slides = list(presentation.slides)
    found = [block for number, slide in enumerate(slides, 1) for block in _slide(slide, number)]
    titles = [_title(slide) for slide in slides]
    title = first_title(*titles[:1], presentation.core_properties.title, *titles[1:])
    return Document(title, tuple(found))


def _slide(slide: Slide, number: int) -> Iterator[Block]:
    place = f"slide {number}"
    heading = Block(_title(slide), 1 if number == 1 else 2, place)
    yield heading
    for text in [*_shapes(slide.shapes, slide.shapes.title), *_diagrams(slide)]:
        yield Block(text, 0, place)
    notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    if notes is not None and notes.text.strip():
        yield Block(heading.text, 2, f"{place} notes")
        for paragraph in notes.paragraphs:
            yield Block(paragraph.text, 0, f"{place} notes")


def _title(slide: Slide) -> str:
    return one_line(slide.shapes.title.text_frame.text) if slide.shapes.title is not None else ""


def _shapes(shapes: Iterable[Any], title: Any) -> Iterator[str]:
    """Text of shapes from the top of the slide down, and from the left in one row."""
    for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):
        if title is not None and shape.shape_id == title.shape_id:
            continue
        if shape.is_placeholder and shape.placeholder_format.type in FURNITURE:
            continue
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            yield from _shapes(shape.shapes, None)
        elif shape.has_text_frame:
            yield from (paragraph.text for paragraph in shape.text_frame.paragraphs)
        elif getattr(shape, "has_table", False):
            yield from (row_text(cell.text for cell in row.cells) for row in shape.table.rows)
        elif getattr(shape, "has_chart", False):
            yield from _chart(shape.chart)


def _chart(chart: Any) -> Iterator[str]:
    """A chart's title, and a line for each of its series: name, categories, values."""
    if chart.has_title and chart.chart_title.has_text_frame:
        yield chart.chart_title.text_frame.text
    for plot in chart.plots:
        categories = [str(category) for category in plot.categories]
        for series in plot.series:
            values = ["" if value is None else f"{value:g}" for value in series.values]
            pairs = zip(categories, values, strict=False)
            yield f"{series.name}: " + ", ".join(f"{name} {value}" for name, value in pairs)


def _diagrams(slide: Slide) -> Iterator[str]:
    """Text of SmartArt, which python-pptx does not know."""
    for relation in slide.part.rels.values():
        if relation.reltype.endswith(DIAGRAM) and not relation.is_external:
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            root = etree.fromstring(relation.target_part.blob, parser)
            for paragraph in root.iter(f"{DRAWING}p"):
                yield "".join(run.text or "" for run in paragraph.iter(f"{DRAWING}t"))
