"""What is new, on the Home tab of the person it is for."""

from collections.abc import Sequence

from bot.ids import Action
from bot.views import told
from bot.views.parts import Block, actions, button, header, mrkdwn, section
from core.communication.inbox import NewsPage

_TEXT_MAX = 2900


def news_section(page: NewsPage) -> Sequence[Block]:
    """Without news only the button stays. The second button remembers what was shown."""
    choose = button(Action.NOTIFICATIONS, "Notifications…", "notifications")
    if not page.news:
        return [actions([choose])]
    shown, has_more = "", page.has_more
    for each in page.news:
        line = f"• {told.line(each.told, each.ticket)}\n"
        if len(shown) + len(line) > _TEXT_MAX:
            has_more = True
            break
        shown += line
    newest = str(page.news[0].told.id)
    read = button(Action.NEWS_READ, "Mark as read", newest)
    words = shown + ("…and more" if has_more else "")
    return [header("New for you"), section(mrkdwn(words)), actions([read, choose])]
