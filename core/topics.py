"""What can be said in Slack: the kinds of row in the outbox."""

from enum import StrEnum


class Topic(StrEnum):
    """What a row of the outbox says. The worker composes it from the ids in the payload.

    "place" stands for the keys of a Place: ticket_id, audience, and user_id for a follower's.
    """

    #: The first message to the requester, and root of their thread if that has none. {ticket_id}
    RECEIPT = "ticket.receipt"
    #: The live card in the desk channel, root of the desk thread. {ticket_id, department_id}
    CARD = "ticket.card"
    RECEIPT_CHANGED = "ticket.receipt_changed"
    CARD_CHANGED = "ticket.card_changed"
    #: A line in a thread about something that happened. {place, audit_id} and, at the desk, whom
    #: it calls: {reader_id}
    HAPPENED = "ticket.happened"
    #: "Solved?" below such a line, once that was answered there.
    #: {place, audit_id, channel_id, message_ts}
    SOLVED_ANSWERED = "ticket.solved_answered"
    #: A person's words repeated in another thread. {place, message_id}
    MESSAGE_COPIED = "message.copied"
    #: Such a copy, brought up to date after its original was edited, deleted or called back.
    #: {place, message_id}; where the ticket is not any more {ticket_id, channel_id, message_id}
    MESSAGE_CHANGED = "message.changed"
    #: "Goes to Bea in 10 seconds", to the sender alone. {place, message_id, reader_id}
    MESSAGE_HELD = "message.held"
    #: "It was not sent", to who called it back, alone. {place, message_id, reader_id}
    TAKEN_BACK = "message.taken_back"
    #: "Only the desk sees this", to the writer alone. {place, message_id, reader_id}
    KEPT_INTERNAL = "message.kept_internal"
    #: To a writer who is not on the ticket, alone. {place, reader_id}
    NOT_PASSED_ON = "message.not_passed_on"
    #: A ticket's timeline as a file, to whoever asked. {ticket_id, reader_id, asked_at}
    TRANSCRIPT = "transcript.asked"
    #: Why there is none, to the same person. {ticket_id, reader_id}
    TRANSCRIPT_REFUSED = "transcript.refused"
    #: To a follower alone: the root of their thread, or that they follow it again.
    #: {place, reader_id}
    FOLLOWED = "ticket.followed"
    #: That root, brought up to date. {place}
    FOLLOWED_CHANGED = "ticket.followed_changed"
    #: To somebody who follows it no more. {place}
    UNFOLLOWED = "ticket.unfollowed"
    #: "Add Carl Otto to HD-12?", to who mentioned them, alone. {place, reader_id, team_id,
    #: mentioned}
    ADD_THEM = "ticket.add_them"
    #: "Is it not solved?", to who wrote after the resolution, alone. {place, reader_id}
    NOT_SOLVED = "ticket.not_solved"
    #: The offer of a linked ticket, to who wrote after the end, alone. {place, reader_id}
    GOES_ON = "ticket.goes_on"
    #: Fetches a file from Slack and keeps it. {place, slack_file_id, uploader_id, message_id}
    FILE_OFFERED = "file.offered"
    #: A kept file, uploaded for another side. {place, attachment_id} and, between two desks,
    #: {about}
    FILE_COPIED = "file.copied"
    #: Why a file was not taken, to its uploader alone. {place, audit_id, reader_id}
    FILE_REFUSED = "file.refused"
    #: A kept file, to whoever asked for it. {notification_id}
    FILE_SENT = "file.sent"
    #: A direct message. {notification_id} and, as far as it is about them, {ticket_id, message_id}
    PERSON_TOLD = "person.told"
    #: The same as a mention in a thread. {place, notification_id, reader_id}
    PERSON_CALLED = "person.called"
    #: Asks for the address of the message a ticket was made from. {ticket_id, channel_id,
    #: message_ts}
    SOURCE_LINKED = "source.linked"
    #: Brings along what was said from that message on. {place, channel_id, root_ts, message_ts,
    #: author_id}
    SOURCE_FETCHED = "source.fetched"
    #: In the conversation that a private ticket was made from. {ticket_id, channel_id, root_ts}
    FILED_QUIETLY = "source.filed_quietly"
    #: Asks one person whether to make a ticket of a message. {channel_id, message_ts, way, team_id,
    #: reader_id}
    OFFERED = "source.offered"
    #: The card of a part in its department's channel, root of its thread. {place}
    PART_CARD = "part.card"
    PART_CARD_CHANGED = "part.card_changed"
    #: A line in a thread about something that happened to a part. {place, about, audit_id}
    PART_HAPPENED = "part.happened"
    #: Words from a part's thread, for the desk of the ticket. {place, about, message_id}
    PART_SAID = "part.said"
    #: "All parts done", below the card of a ticket that nobody has. {place}
    PARTS_DONE = "parts.done"
    #: What stays of a card or receipt where the ticket is not any more. {ticket_id, channel_id,
    #: card_ts}
    LEFT_BEHIND = "ticket.left_behind"
    #: To whoever wrote there, alone. {ticket_id, channel_id, root_ts, reader_id}
    GONE_FROM_HERE = "ticket.gone_from_here"
    #: Where a duplicate goes on, to those who filed it. {ticket_id, channel_id, root_ts,
    #: is_answered}
    MERGED = "ticket.merged"
    #: Asks Slack whether everybody can read a desk channel. {department_id, channel_id}
    DESK_CHOSEN = "desk.chosen"
    #: Gives a new ticket to somebody. {ticket_id} and, by a rule, {assignee_id}
    AUTO_ASSIGN = "ticket.auto_assign"
    #: Below the card of a ticket that waits for somebody. {place, since}
    NUDGE = "ticket.nudge"
    #: "Resolve HD-12?", to who set a reaction, alone. {place, reader_id}
    ASK_RESOLVE = "reaction.resolve"
    #: Why a reaction did nothing, to who set it, alone. {place, audit_id, reader_id}
    REACTION_REFUSED = "reaction.refused"
    #: Finds out who is to hear that somebody was deactivated. {person_id}
    PERSON_LEFT = "person.left"
    #: What that person leaves behind, to a head. {notification_id}
    LEAVER_TOLD = "leaver.told"
    #: Below a card, that a clock runs out or has. {place, audit_id}
    SLA_WARNED = "sla.warned"
    #: The same to one person; fetches the address of the thread first. {notification_id}
    SLA_TOLD = "sla.told"
    #: The Home tab, as it is for one person now. {reader_id}
    HOME = "home.shown"
    #: Below links to tickets. {reader_id, place, links}
    LINKED = "link.shared"
    #: A request's card for one approver, and the same brought up to date. {request_id, reader_id}
    APPROVAL_ASKED, APPROVAL_CHANGED = "approval.asked", "approval.changed"
    #: A direct message about a request. {notification_id}
    APPROVAL_TOLD = "approval.told"
    #: Evidence as files, of a ticket and of some days. {ticket_id | first, last; reader_id,
    #: asked_at}
    APPROVAL_EVIDENCE, APPROVALS_PERIOD = "approval.evidence", "approvals.period"
    #: Why there are none. {reader_id}
    EXPORT_REFUSED = "approval.export_refused"
    #: To a requester who does not answer. {place, since}
    ASKED_AGAIN = "ticket.asked_again"
    #: "How well did we help you?" {place}
    RATING_ASKED = "rating.asked"
    #: The answer in its place. {ticket_id, channel_id, message_ts}
    RATING_CHANGED = "rating.changed"
    #: The morning's digest of one person. {reader_id, day}
    DIGEST = "digest.morning"
    #: A department's figures, with a picture, to one person. {reader_id, department_id, days,
    #: asked_at}
    REPORT = "report.asked"
    #: Its tickets, events, approvals or promises as CSV. {reader_id, department_id, kind, days,
    #: until, asked_at}
    EXPORT = "report.export"
    #: The same in its desk channel. {department_id, days, asked_at}
    DESK_REPORT = "report.desk"
