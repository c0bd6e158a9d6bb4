"""The addresses of allauth that are in use: nobody registers, addresses of mail are the administrators'."""

from allauth.account import views as account
from allauth.socialaccount import views as single_sign_on
from allauth.socialaccount.providers.openid_connect import views as openid
from django.urls import include, path, re_path

from scorecards.accounts import signing_in

urlpatterns = [
    path("login/", signing_in.sign_in, name="login"),
    path("login/", signing_in.sign_in, name="account_login"),
    path("login/go-on", signing_in.go_on, name="go_on"),
    path("logout/", account.logout, name="logout"),
    path("logout/", account.logout, name="account_logout"),
    path("account/", signing_in.own_account, name="account"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/change/", account.password_change, name="account_change_password"),
    path("account/password/set/", account.password_set, name="account_set_password"),
    path("account/password/reset/", signing_in.reset_password, name="account_reset_password"),
    path("account/password/reset/sent/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^account/password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "account/password/reset/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("account/second-factor/", include("allauth.mfa.urls")),
    path("account/sessions/<int:pk>/end", signing_in.end_session, name="end_session"),
    path("account/sessions/", include("allauth.usersessions.urls")),
    path("account/sign-on/cancelled/", single_sign_on.login_cancelled, name="socialaccount_login_cancelled"),
    path("account/sign-on/error/", single_sign_on.login_error, name="socialaccount_login_error"),
    path("account/sign-on/signup/", single_sign_on.signup, name="socialaccount_signup"),
    path("account/sign-on/", single_sign_on.connections, name="socialaccount_connections"),
    path(
        "account/oidc/<slug:provider_id>/login/",
        signing_in.sign_on(openid.login),
        name="openid_connect_login",
    ),
    path(
        "account/oidc/<slug:provider_id>/login/callback/",
        signing_in.sign_on(openid.callback),
        name="openid_connect_callback",
    ),
]
