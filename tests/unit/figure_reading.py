"""What a drawn figure says: its title, and which of its words leave the page."""


def title(fig) -> str:
    """The finding at the head, on one line."""
    return fig.texts[0].get_text().replace("\n", " ")


def words_outside(fig) -> list[str]:
    """Texts that are cut by the edge of the figure, by more than the half point of rounding."""
    fig.draw_without_rendering()
    page, renderer = fig.bbox.padded(0.7), fig.canvas.get_renderer()
    texts = [t for t in fig.findobj(lambda artist: hasattr(artist, "get_text")) if t.get_text().strip() and t.get_visible()]
    boxes = [(t.get_text(), t.get_window_extent(renderer)) for t in texts]
    return [text for text, box in boxes if box.width and not (page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1)]
