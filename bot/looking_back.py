"""What leads where, of how tickets end, what people hear of and what is looked back on."""

from collections.abc import Awaitable, Callable, Mapping

from bot.ids import Action, View
from bot.interaction import Interaction
from bot.listeners import history, notification_choices, ratings, reports

Handler = Callable[[Interaction], Awaitable[None]]

VIEWS: Mapping[str, Handler] = {
    View.NOTIFICATIONS: notification_choices.save,
    View.RATING: ratings.comment,
}
ACTIONS: Mapping[str, Handler] = {
    Action.NOTIFICATIONS: notification_choices.open_form,
    Action.NEWS_READ: notification_choices.read_news,
    Action.DELIVERIES: history.open_deliveries,
    Action.DELIVERIES_OLDER: history.older_deliveries,
    Action.RATE_1: ratings.rate,
    Action.RATE_2: ratings.rate,
    Action.RATE_3: ratings.rate,
    Action.RATE_4: ratings.rate,
    Action.RATE_5: ratings.rate,
    Action.RATE_COMMENT: ratings.open_comment,
    Action.EXPORT: reports.export,
}
