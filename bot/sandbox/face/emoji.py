"""Emoji by the names that Slack gives them; a name that is not here is shown as it stands."""

from __future__ import annotations

#: Name and sign, two words a piece.
_COMMON = """
white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌
negative_squared_cross_mark ❎ eyes 👀 rotating_light 🚨 ticket 🎫
admission_tickets 🎟️ warning ⚠️ no_entry ⛔ no_entry_sign 🚫 +1 👍 thumbsup 👍
-1 👎 thumbsdown 👎 wave 👋 pray 🙏 clap 👏 raised_hands 🙌 muscle 💪 point_right 👉
point_left 👈 point_up ☝️ point_down 👇 ok_hand 👌 handshake 🤝 writing_hand ✍️
heart ❤️ broken_heart 💔 blue_heart 💙 green_heart 💚 yellow_heart 💛 purple_heart 💜
star ⭐ star2 🌟 sparkles ✨ fire 🔥 tada 🎉 confetti_ball 🎊 rocket 🚀 zap ⚡ boom 💥
bulb 💡 bell 🔔 no_bell 🔕 mega 📣 loudspeaker 📢 lock 🔒 unlock 🔓 key 🔑 mag 🔍
mag_right 🔎 link 🔗 paperclip 📎 pushpin 📌 round_pushpin 📍 memo 📝 pencil ✏️
pencil2 ✏️ page_facing_up 📄 page_with_curl 📃 clipboard 📋 file_folder 📁
open_file_folder 📂 card_index_dividers 🗂️ calendar 📅 date 📅
spiral_calendar_pad 🗓️ chart_with_upwards_trend 📈 chart_with_downwards_trend 📉
bar_chart 📊 inbox_tray 📥 outbox_tray 📤 package 📦 mailbox 📫 email 📧 envelope ✉️
incoming_envelope 📨 speech_balloon 💬 thought_balloon 💭 hourglass ⌛
hourglass_flowing_sand ⏳ alarm_clock ⏰ stopwatch ⏱️ timer_clock ⏲️ clock1 🕐
clock3 🕒 clock9 🕘 watch ⌚ moneybag 💰 money_with_wings 💸 credit_card 💳 euro 💶
dollar 💵 receipt 🧾 briefcase 💼 office 🏢 house 🏠 computer 💻 desktop_computer 🖥️
keyboard ⌨️ printer 🖨️ computer_mouse 🖱️ iphone 📱 telephone ☎️
telephone_receiver 📞 battery 🔋 electric_plug 🔌 camera 📷 wrench 🔧 hammer 🔨
hammer_and_wrench 🛠️ gear ⚙️ toolbox 🧰 shield 🛡️ bug 🐛 test_tube 🧪 coffee ☕
pizza 🍕 cake 🍰 beer 🍺 smile 😄 smiley 😃 grinning 😀 grin 😁 joy 😂 rofl 🤣
slightly_smiling_face 🙂 upside_down_face 🙃 wink 😉 blush 😊 heart_eyes 😍
sunglasses 😎 thinking_face 🤔 neutral_face 😐 expressionless 😑 unamused 😒
sweat_smile 😅 sweat 😓 sob 😭 cry 😢 disappointed 😞 worried 😟 confused 😕
astonished 😲 scream 😱 rage 😡 angry 😠 triumph 😤 sleeping 😴 mask 😷 robot_face 🤖
ghost 👻 skull 💀 bust_in_silhouette 👤 busts_in_silhouette 👥 technologist 🧑‍💻
red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢
large_blue_circle 🔵 large_purple_circle 🟣 white_circle ⚪ black_circle ⚫
large_red_square 🟥 large_orange_square 🟧 large_yellow_square 🟨 large_green_square 🟩
large_blue_square 🟦 white_large_square ⬜ black_large_square ⬛ arrow_up ⬆️
arrow_down ⬇️ arrow_left ⬅️ arrow_right ➡️ arrows_counterclockwise 🔄
leftwards_arrow_with_hook ↩️ arrow_right_hook ↪️ repeat 🔁 heavy_plus_sign ➕
heavy_minus_sign ➖ exclamation ❗ question ❓ grey_question ❔ grey_exclamation ❕
bangbang ‼️ information_source ℹ️ 100 💯 one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣
five 5️⃣ new 🆕 ok 🆗 sos 🆘 up 🆙 free 🆓 checkered_flag 🏁
triangular_flag_on_post 🚩 white_flag 🏳️ dart 🎯 trophy 🏆 first_place_medal 🥇
gift 🎁 seedling 🌱 sunny ☀️ cloud ☁️ umbrella ☔ snowflake ❄️ rainbow 🌈
palm_tree 🌴 globe_with_meridians 🌐 earth_africa 🌍 airplane ✈️ car 🚗 bike 🚲
construction 🚧 traffic_light 🚦 vertical_traffic_light 🚦 label 🏷️ bookmark 🔖
books 📚 book 📖 newspaper 📰 recycle ♻️ wastebasket 🗑️ stop_sign 🛑
octagonal_sign 🛑 double_vertical_bar ⏸️ arrow_forward ▶️ fast_forward ⏩ rewind ⏪
black_square_for_stop ⏹️ crown 👑
"""
_WORDS = _COMMON.split()
BY_NAME = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))

#: What the hover menu of a message offers at once, and what its picker shows.
QUICK = ("white_check_mark", "eyes", "rotating_light", "ticket")
PICKED = (
    *QUICK,
    *("+1", "-1", "heart", "tada", "pray", "raised_hands", "clap", "wave", "fire", "rocket"),
    *("bulb", "thinking_face", "slightly_smiling_face", "joy", "sob", "hourglass", "warning"),
)


def sign(name: str) -> str:
    """The character; skin tones are left to the reader's imagination."""
    base = name.strip(":").partition("::")[0]
    return BY_NAME.get(base, f":{base}:")
